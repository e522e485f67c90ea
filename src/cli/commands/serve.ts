import type { Command } from '../context.ts';

export interface ServeOptions {
  readonly data?: string;
  readonly host: string;
  readonly port: number;
  readonly publicUrl?: string;
  readonly log?: 'silent' | 'error' | 'warn' | 'info' | 'debug';
}

export const serve: Command<ServeOptions> = async (options, context) => {
  const { output, signal } = context;
  const { startRelay } = await import('../../relay/index.ts');
  const dataDir =
    options.data === undefined
      ? `${(await context.host()).home}/relay`
      : await context.pathFrom(options.data);
  const relay = await startRelay({
    dataDir,
    host: options.host,
    port: options.port,
    // a person at a terminal reads what goes wrong; a service's log has it all
    log: options.log ?? (context.interactive ? 'warn' : 'info'),
    ...(options.publicUrl !== undefined && { publicUrl: options.publicUrl }),
  });
  const { url, ownerToken } = relay;
  const { paint } = output;
  output.event({ url, dataDir, ...(ownerToken !== undefined && { ownerToken }) }, [
    `${paint('green', '✓')} The relay is at ${paint('bold', url)}, its data in ${dataDir}`,
    ...(ownerToken === undefined
      ? []
      : [
          '',
          "The owner's token, shown this once. Sign in with it, on any machine that makes projects here:",
          '',
          `  modsync login ${url} --token ${ownerToken}`,
          `  modsync init --relay ${url}`,
        ]),
    '',
    'Ctrl-C stops it.',
  ]);
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await relay.close();
  return undefined;
};
