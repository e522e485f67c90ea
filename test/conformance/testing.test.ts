import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as suites from './index.ts';

const root = join(import.meta.dirname, '..', '..');

test('who writes a backend elsewhere has every suite, as modsync/testing', () => {
  // Jest has this one, and a process of its own does not
  const script = `globalThis.afterAll = () => {};
    import('modsync/testing').then((suites) => console.log(Object.keys(suites).sort().join()))`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' });
  expect([stdout.trim(), stderr]).toEqual([Object.keys(suites).sort().join(), '']);
  expect(existsSync(join(root, 'dist', 'testing', 'index.d.ts'))).toBe(true);
});
