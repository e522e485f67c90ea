import type { Command, CommandContext } from '../context.ts';

export type ServeAction = 'backup' | 'restore' | 'verify' | 'gc';

export interface ServeOptions {
  /** Instead of serving. */
  readonly action?: ServeAction;
  /** Of a backup. */
  readonly dir?: string;
  /** Days; of `gc`. */
  readonly grace?: number;
  readonly config?: string;
  readonly data?: string;
  readonly host?: string;
  readonly port?: number;
  readonly publicUrl?: string;
  readonly log?: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly trustedProxy?: readonly string[];
}

const DEFAULT_PORT = 7460;

export const serve: Command<ServeOptions> = async (options, context) => {
  const { output, signal } = context;
  const said = await relaySettings(options, context);
  if (options.action !== undefined)
    return await (await import('./serveUpkeep.ts')).upkeep(options.action, options, said, context);
  const { dataDir, settings } = said;
  const { startRelay } = await import('../../relay/index.ts');
  const relay = await startRelay({
    port: DEFAULT_PORT,
    // a person at a terminal reads what goes wrong; a service's log has it all
    log: context.interactive ? 'warn' : 'info',
    ...settings,
    dataDir,
  });
  const { url, ownerToken, warnings } = relay;
  const { paint } = output;
  output.event({ url, dataDir, ...(ownerToken !== undefined && { ownerToken }), warnings }, [
    `${paint('green', '✓')} The relay is at ${paint('bold', url)}, its data in ${dataDir}`,
    ...warnings.map((warning) => `${paint('yellow', '!')} ${warning}`),
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

export type ServeSettings = Awaited<ReturnType<typeof relaySettings>>;

/** The relay's settings: file, environment, command line; and its data folder. */
async function relaySettings(options: ServeOptions, context: CommandContext) {
  const host = await context.host();
  const { readConfig } = await import('../../relay/index.ts');
  const path = async (typed: string | undefined) =>
    typed === undefined ? undefined : await context.pathFrom(typed);
  const [config, data, cert, key] = await Promise.all(
    [options.config, options.data, options.tlsCert, options.tlsKey].map(path),
  );
  const { data: said, options: settings } = await readConfig(config, host.environment, {
    ...(data !== undefined && { data }),
    ...(options.host !== undefined && { host: options.host }),
    ...(options.port !== undefined && { port: options.port }),
    ...(options.publicUrl !== undefined && { publicUrl: options.publicUrl }),
    ...(options.log !== undefined && { log: options.log }),
    // one of the two may come from the file
    ...((cert !== undefined || key !== undefined) && {
      tls: { ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) },
    }),
    ...(options.trustedProxy !== undefined && { trustedProxies: [...options.trustedProxy] }),
  });
  return { dataDir: said ?? `${host.home}/relay`, settings };
}
