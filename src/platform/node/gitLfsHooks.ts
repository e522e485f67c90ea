/** git-lfs's own hooks, put into a repository by git-lfs itself: each of its versions knows them by what it wrote. */
import { execFile } from 'node:child_process';
import type { Host } from '../index.ts';
import { native } from './native.ts';
import { findProgram } from './programs.ts';

/** Milliseconds. */
const PATIENCE = 15_000;

/** See `Host.gitLfsHooks`. */
export const gitLfsHooks =
  (environment: Host['environment']): NonNullable<Host['gitLfsHooks']> =>
  (folder) => {
    const git = findProgram('git', environment);
    if (git === undefined) return Promise.resolve('git is not on the PATH');
    const options = { cwd: native(folder), env: environment, timeout: PATIENCE, windowsHide: true };
    return new Promise((resolve) => {
      execFile(git, ['lfs', 'update'], options, (error, out, said) => {
        const [first] = `${said}${out}`.trim().split('\n');
        resolve(error ? first || error.message : undefined);
      });
    });
  };
