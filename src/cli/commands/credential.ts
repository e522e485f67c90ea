import type { Host } from '../../platform/index.ts';
import type { Command } from '../context.ts';
import { UsageError } from '../exit.ts';

export interface CredentialOptions {
  readonly operation: string;
}

/** What a relay's tokens begin with: credentials of other hosts are none of ours, even when Git offers them. */
const RELAY_TOKEN = /^ms_/;

/** Source: git `Documentation/git-credential.txt`, "INPUT/OUTPUT FORMAT". An operation that is new to us is ignored. */
export const credential: Command<CredentialOptions> = async ({ operation }, context) => {
  const asked = new Map<string, string>();
  for (const line of (await context.readInput()).split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) asked.set(line.slice(0, equals), line.slice(equals + 1).replace(/\r$/, ''));
  }
  const origin = originOf(asked);
  if (origin === undefined)
    throw new UsageError('Git did not say for which host: protocol and host are needed.');
  const host = await context.host();
  const { keys } = host;
  const password = asked.get('password');
  switch (operation) {
    case 'get': {
      const token = await tokenFor(host, origin);
      if (token !== undefined) context.output.raw(`username=${token.user}\npassword=${token.password}\n`);
      break;
    }
    case 'store':
      if (password !== undefined && RELAY_TOKEN.test(password) && (await keys.get(origin)) !== password)
        await keys.set(origin, password);
      break;
    case 'erase':
      // Git erases what a host refused, which may be something else than what is kept here
      if (password !== undefined && (await keys.get(origin)) === password) await keys.remove(origin);
  }
  return undefined;
};

/** What modsync itself would send there: of a GitHub, also what the environment or the gh tool have. */
async function tokenFor(
  host: Host,
  origin: string,
): Promise<{ readonly user: string; readonly password: string } | undefined> {
  const { githubSite, githubToken, isGitHub } = await import('../../backends/github/index.ts');
  const isThere = await isGitHub(host, origin);
  const password = isThere ? await githubToken(host, githubSite(origin)) : await host.keys.get(origin);
  return password === undefined ? undefined : { user: isThere ? 'x-access-token' : 'modsync', password };
}

function originOf(asked: ReadonlyMap<string, string>): string | undefined {
  const url = asked.get('url') ?? `${asked.get('protocol') ?? ''}://${asked.get('host') ?? ''}`;
  return URL.canParse(url) && /^https?:/.test(url) ? new URL(url).origin : undefined;
}
