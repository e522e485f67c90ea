/** `modsync login github`: a token that is given, or the device flow. */
import { githubSite, signIn, tokenByDevice } from '../../backends/github/index.ts';
import type { Command } from '../context.ts';
import { UsageError } from '../exit.ts';
import { shown } from '../format.ts';
import type { LoginOptions } from './login.ts';

export const loginAtGitHub: Command<LoginOptions> = async (options, context) => {
  const site = githubSite(options.endpoint);
  const host = await context.host();
  const clientId = options.clientId ?? host.environment.MODSYNC_GITHUB_CLIENT_ID;
  const given = options.token ?? (clientId ? '' : ((await typed()) ?? '')).trim();
  const token =
    given ||
    (clientId &&
      (await tokenByDevice(
        host,
        site,
        clientId,
        ({ url, userCode }) =>
          context.output.note(`Open ${shown(url)} and type this code: ${shown(userCode)}`),
        context.call,
      )));
  if (!token)
    throw new UsageError(
      `Give a token: --token TOKEN, or on standard input. Make one at ${site.origin}/settings/tokens/new?scopes=repo,admin:repo_hook. To sign in by a code in the browser, name an OAuth app of yours: --client-id ID, or MODSYNC_GITHUB_CLIENT_ID.`,
    );
  const user = await signIn(host, site, token, context.call);
  return {
    data: user,
    text: (paint) => [
      `${paint('green', '✓')} Signed in at ${user.origin} as ${shown(user.login)}.`,
      '',
      'Next:  modsync init --github NAME    in the folder of your mod',
    ],
    warnings:
      user.lacking.length > 0
        ? [
            `The token lacks ${user.lacking.join(', ')}: repo is for repositories, releases and people, admin:repo_hook for "modsync follow".`,
          ]
        : [],
  };

  async function typed(): Promise<string | undefined> {
    return (
      (await context.ask(`Token for ${site.origin} (it does not show): `, { secret: true })) ??
      (await context.readInput())
    );
  }
};
