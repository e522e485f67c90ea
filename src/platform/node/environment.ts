/** The environment, with what `.env.local` in the current folder adds; what is set already wins. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { diskError, isAbsent } from './failures.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** @param folder a folder of the operating system; default: the current one */
export function localEnvironment(set: Environment = process.env, folder = '.'): Environment {
  const path = join(folder, '.env.local');
  try {
    return { ...parseEnv(readFileSync(path, 'utf8')), ...set };
  } catch (error) {
    if (isAbsent(error)) return set;
    throw diskError(error, path);
  }
}
