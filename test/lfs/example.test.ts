/** docs/example-lfs.mjs as it stands: another program's use of `modsync/lfs`. It runs the built `dist`. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bytesOf } from '../support/assets.ts';
import { gitBytes } from '../support/gitCommand.ts';
import { haveGitLfs } from '../support/gitLfs.ts';
import { gitEnvironment } from '../support/gitRepository.ts';
import { temporaryFolder } from '../support/host.ts';
import { startLfsServer } from '../support/lfsServers.ts';

const run = promisify(execFile);
const example = fileURLToPath(new URL('../../docs/example-lfs.mjs', import.meta.url));

test('thirty lines add LFS to an isomorphic-git project, and stock git-lfs agrees with them', async () => {
  const server = await startLfsServer();
  const folder = temporaryFolder('plain');
  const content = bytesOf(5, 100_000);
  gitBytes(folder, ['init', '-q', '-b', 'main']);
  writeFileSync(join(folder, '.gitattributes'), '*.dds filter=lfs diff=lfs merge=lfs -text\n');
  writeFileSync(join(folder, 'a.dds'), content);
  gitBytes(folder, ['add', '.gitattributes']);
  await run(process.execPath, [example, folder, server.url, 'push', 'a.dds']);
  gitBytes(folder, ['commit', '-qm', 'a texture']);
  const pointer = gitBytes(folder, ['cat-file', 'blob', 'HEAD:a.dds']).toString();
  expect(pointer).toMatch(
    /^version https:\/\/git-lfs\.github\.com\/spec\/v1\noid sha256:[0-9a-f]{64}\nsize 100000\n$/,
  );

  const clone = join(temporaryFolder('clone'), 'c');
  gitBytes(folder, ['clone', '-q', '.', clone]);
  expect(readFileSync(join(clone, 'a.dds'), 'utf8')).toBe(pointer);
  await run(process.execPath, [example, clone, server.url, 'pull', 'a.dds']);
  expect(Buffer.compare(readFileSync(join(clone, 'a.dds')), content)).toBe(0);

  if (!haveGitLfs) return;
  const stock = join(temporaryFolder('stock'), 'c');
  gitBytes(folder, ['clone', '-q', '.', stock]);
  gitBytes(stock, ['lfs', 'install', '--local']);
  gitBytes(stock, ['config', 'lfs.url', server.url]);
  await run('git', ['lfs', 'pull'], { cwd: stock, env: gitEnvironment });
  expect(Buffer.compare(readFileSync(join(stock, 'a.dds')), content)).toBe(0);
  expect(readFileSync(example, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(40);
});
