/** What docs/electron.md shows compiles against Electron's own types, with modsync as a tool's author imports it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Only its types are installed, never its binary; an older installation may lack them. */
const testElectron = existsSync('node_modules/electron/electron.d.ts') ? test : test.skip;

testElectron('the example tool compiles', () => {
  const tsc = 'node_modules/typescript/bin/tsc';
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', 'docs/example-electron'], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});
