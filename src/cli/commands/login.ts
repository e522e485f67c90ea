import { relayApi } from '../../backends/index.ts';
import type { Command } from '../context.ts';
import { UsageError } from '../exit.ts';
import { shown } from '../format.ts';

export interface LoginOptions {
  /** A relay's URL, or "github". */
  readonly url: string;
  readonly token?: string;
  /** Of GitHub Enterprise. */
  readonly endpoint?: string;
  readonly clientId?: string;
}

export const login: Command<LoginOptions> = async (options, context) => {
  if (/^github$/i.test(options.url)) {
    const { loginAtGitHub } = await import('./loginGithub.ts');
    return await loginAtGitHub(options, context);
  }
  const parsed = URL.canParse(options.url) ? new URL(options.url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    throw new UsageError(
      `"${options.url}" is not a relay's address: it looks like http://relay.example:7460. For GitHub: modsync login github`,
    );
  const { origin } = parsed;
  const typed =
    options.token ??
    (await context.ask(`Token for ${origin}: `, { secret: true })) ??
    (await context.readInput());
  const token = typed.trim();
  if (!token) throw new UsageError('Give the token: --token TOKEN, or on standard input.');

  const user = await relayApi({ origin, token: async () => token }).whoAmI(context.call);
  const host = await context.host();
  await host.keys.set(origin, token);
  return {
    data: { origin, ...user },
    text: (paint) => [
      `${paint('green', '✓')} Signed in at ${origin} as ${shown(user.name)}.`,
      '',
      user.mayCreateProjects
        ? `Next:  modsync init --relay ${origin}    in the folder of your mod`
        : 'Next:  modsync join INVITE, or modsync clone URL',
    ],
  };
};
