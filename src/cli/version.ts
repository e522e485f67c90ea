import { readFileSync } from 'node:fs';
import { inPackage } from '../platform/node/packageFolder.ts';

export function packageVersion(): string {
  const file = readFileSync(inPackage('package.json'), 'utf8');
  const { version }: { version: string } = JSON.parse(file);
  return version;
}
