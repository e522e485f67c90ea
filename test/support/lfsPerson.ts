/** Stock git-lfs in the folder of a person of test/support/team.ts, with the token that modsync keeps for them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { nodeHost } from '../../src/index.ts';
import type { Person } from './team.ts';

const run = promisify(execFile);

export interface Ran {
  readonly code: number;
  readonly out: string;
}

/** Never synchronously: the relay may live in this process. */
export async function gitLfs(person: Person, relayUrl: string, ...args: string[]): Promise<Ran> {
  const token = await nodeHost({ home: person.home, environment: {} }).keys.get(relayUrl);
  const helper = `credential.${relayUrl}.helper`;
  const env = {
    PATH: process.env.PATH,
    HOME: person.home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '4',
    GIT_CONFIG_KEY_0: helper,
    GIT_CONFIG_VALUE_0: '',
    GIT_CONFIG_KEY_1: helper,
    GIT_CONFIG_VALUE_1: `!f() { echo username=x; echo password=${token}; }; f`,
    GIT_CONFIG_KEY_2: 'filter.lfs.process',
    GIT_CONFIG_VALUE_2: 'git-lfs filter-process',
    GIT_CONFIG_KEY_3: 'filter.lfs.required',
    GIT_CONFIG_VALUE_3: 'true',
  };
  return await run('git', ['-C', person.folder, 'lfs', ...args], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      out: error.stdout + error.stderr,
    }),
  );
}
