/** What Git's credential helpers know. Source: git-credential(1). */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { GitCredentials, Host } from '../index.ts';
import { native } from './native.ts';
import { findProgram } from './programs.ts';

/** A helper that waits for somebody is not waited for. Milliseconds. */
const PATIENCE = 15_000;
const LONGEST_ANSWER = 64 << 10;

export const gitCredentials = (environment: Host['environment']): GitCredentials => ({
  async fill(url, folder) {
    // a line break would say more than a URL
    if (/[\n\r\0]/.test(url)) return undefined;
    const answer = await ask(`url=${url}\n\n`, environment, folder);
    const lines = new Map(
      (answer ?? '').split('\n').map((line) => {
        const equals = line.indexOf('=');
        return [line.slice(0, equals), line.slice(equals + 1)] as const;
      }),
    );
    const password = lines.get('password');
    return password ? { user: lines.get('username') ?? '', password } : undefined;
  },
});

/** `undefined` where there is no git, no helper that knows, or nobody answers in time. */
function ask(
  input: string,
  environment: Host['environment'],
  folder: string | undefined,
): Promise<string | undefined> {
  const git = findProgram('git', environment);
  if (git === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const child = spawn(git, ['-c', 'credential.interactive=false', 'credential', 'fill'], {
      // not where the user happens to be: that may be another repository, with helpers of its own
      cwd: folder !== undefined && existsSync(native(folder)) ? native(folder) : tmpdir(),
      // all that makes git or a helper ask a person
      env: {
        ...environment,
        GIT_TERMINAL_PROMPT: '0',
        GIT_ASKPASS: '',
        SSH_ASKPASS: '',
        GCM_INTERACTIVE: 'never',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    });
    const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    const end = (answer: string | undefined) => {
      clearTimeout(late);
      resolve(answer);
    };
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (out.length < LONGEST_ANSWER) out += text;
    });
    // a git that does not read its input is one that fails
    child.stdin.on('error', () => undefined).end(input);
    child.on('error', () => end(undefined));
    child.on('close', (code) => end(code === 0 ? out : undefined));
  });
}
