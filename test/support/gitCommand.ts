/** Stock Git as the other side of a test: with input, and with its output as bytes or split at NUL. */
import { execFileSync } from 'node:child_process';
import { gitEnvironment } from './gitRepository.ts';

export interface GitOptions {
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
  /** Exit codes that are answers, not failures. */
  readonly allow?: readonly number[];
}

export function gitBytes(folder: string, args: readonly string[], options: GitOptions = {}): Buffer {
  try {
    return execFileSync('git', [...args], {
      cwd: folder,
      env: { ...gitEnvironment, ...options.environment },
      maxBuffer: 1 << 30,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.input !== undefined && { input: options.input }),
    });
  } catch (error) {
    const { status, stdout } = error as { status?: number; stdout?: Buffer };
    if (status !== undefined && options.allow?.includes(status)) return stdout ?? Buffer.alloc(0);
    throw error;
  }
}

/** The output of a command with `-z`. */
export const gitZ = (folder: string, args: readonly string[], options: GitOptions = {}): string[] =>
  gitBytes(folder, args, options)
    .toString()
    .split('\0')
    .filter((part) => part !== '');
