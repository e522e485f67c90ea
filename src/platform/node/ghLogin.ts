/**
 * The login of GitHub's own `gh` tool: the token in its hosts.yml, or, where gh keeps it in the keyring, what
 * `gh auth token` prints. Source: gh-auth-token(1), gh-help-environment(1).
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../index.ts';
import { findProgram } from './programs.ts';

/** A keyring that asks somebody is not waited for. Milliseconds. */
const PATIENCE = 10_000;

export const ghLogin =
  (environment: Host['environment']) =>
  async (hostname: string): Promise<string | undefined> => {
    const hosts = readHosts(environment);
    const known = hosts && section(hosts, hostname);
    // without hosts.yml nobody has signed in, and gh need not be asked
    if (known === undefined) return undefined;
    const token = /^\s+oauth_token:\s*["']?([\w.-]+)["']?\s*$/m.exec(known)?.[1];
    return token ?? (await ask(hostname, environment));
  };

function readHosts(environment: Host['environment']): string | undefined {
  const { GH_CONFIG_DIR, XDG_CONFIG_HOME, APPDATA, HOME } = environment;
  const folder =
    GH_CONFIG_DIR ||
    (XDG_CONFIG_HOME && join(XDG_CONFIG_HOME, 'gh')) ||
    (process.platform === 'win32' && APPDATA && join(APPDATA, 'GitHub CLI')) ||
    (HOME && join(HOME, '.config', 'gh'));
  if (!folder) return undefined;
  try {
    return readFileSync(join(folder, 'hosts.yml'), 'utf8');
  } catch {
    return undefined;
  }
}

/** The lines below `hostname:` that are indented. */
function section(yaml: string, hostname: string): string | undefined {
  const lines = yaml.split(/\r?\n/);
  const at = lines.findIndex((line) => line.replace(/["']/g, '').trimEnd() === `${hostname}:`);
  if (at < 0) return undefined;
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => /^\S/.test(line));
  return rest.slice(0, end < 0 ? undefined : end).join('\n');
}

function ask(hostname: string, environment: Host['environment']): Promise<string | undefined> {
  const gh = findProgram('gh', environment);
  if (gh === undefined || !/^[\w.-]+(:\d+)?$/.test(hostname)) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const child = spawn(gh, ['auth', 'token', '--hostname', hostname], {
      cwd: tmpdir(),
      env: { ...environment, GH_PROMPT_DISABLED: '1', GH_NO_UPDATE_NOTIFIER: '1' },
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    });
    const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (out.length < 10_000) out += text;
    });
    const end = (token: string | undefined) => {
      clearTimeout(late);
      resolve(token);
    };
    child.on('error', () => end(undefined));
    child.on('close', (code) => end(code === 0 && /^[\w.-]+$/.test(out.trim()) ? out.trim() : undefined));
  });
}
