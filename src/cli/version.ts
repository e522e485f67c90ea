import { readFileSync } from 'node:fs';

export function packageVersion(): string {
  // both from src/cli and from dist/cli
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version }: { version: string } = JSON.parse(file);
  return version;
}
