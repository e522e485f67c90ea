/** Beside modsync, and after it: what other programs' hooks, and git itself, rely on. Runs the built `dist`. */
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Modder } from '../support/processes.ts';
import { plainModder } from '../support/stockGit.ts';

const LARGE = Buffer.alloc(11_000_000, 'big');

async function project(name = 'Ann'): Promise<Modder> {
  const ann = plainModder(name);
  mkdirSync(ann.folder, { recursive: true });
  await ann.git('init', '-q');
  ann.write('Quest.psc', 'ScriptName Quest\n');
  await ann.git('add', '-A');
  await ann.git('commit', '-qm', 'First');
  return ann;
}

/** As husky has it: the same script for every hook, which finds the real one by what it was started as. */
const DISPATCHER = `#!/usr/bin/env sh
hook=\${0##*/}
folder=\${0%/*}
[ ! -f "$folder/../$hook" ] || . "$folder/../$hook"
`;

async function withDispatcher(): Promise<Modder> {
  const ann = await project();
  ann.write('.husky/_/.gitignore', '*\n');
  ann.write('.husky/pre-commit', `echo "checked by $0" >> "${ann.home}/told"\n[ ! -e refuse ] || exit 7\n`);
  writeDispatchers(ann);
  await ann.git('config', 'core.hooksPath', '.husky/_');
  return ann;
}

function writeDispatchers(ann: Modder): void {
  for (const name of ['pre-commit', 'pre-push', 'post-checkout', 'post-commit', 'post-merge'])
    writeFileSync(ann.path('.husky/_', name), DISPATCHER, { mode: 0o755 });
}

const told = (ann: Modder) => readFileSync(join(ann.home, 'told'), 'utf8').split('\n').length - 1;

test('a hook that asks its own name and folder which hook it is finds what it looks for', async () => {
  const ann = await withDispatcher();
  await ann.modsync('init', ann.folder, '--yes');
  ann.write('Quest.psc', 'ScriptName Changed\n');
  await ann.git('commit', '-qam', 'Second');
  expect(told(ann)).toBe(1);
  ann.write('refuse', '');
  expect((await ann.tryGit('commit', '--allow-empty', '-qm', 'Refused')).code).toBe(1);
  ann.remove('refuse');

  // what comes after it is ours
  ann.write('big.bin', LARGE);
  await ann.git('add', '-A');
  expect((await ann.tryGit('commit', '-qm', 'Big')).err).toContain('big.bin (11 MB)');
});

test('hooks that another program has written anew are taken in again, and left alone where both differ', async () => {
  const ann = await withDispatcher();
  await ann.modsync('init', ann.folder, '--yes');
  writeDispatchers(ann);
  expect(await ann.modsync('install')).toMatchObject({ warnings: [] });
  ann.write('big.bin', LARGE);
  await ann.git('add', '-A');
  expect((await ann.tryGit('commit', '-qm', 'Big')).err).toContain('big.bin (11 MB)');

  const newer = `${DISPATCHER}# newer\n`;
  writeFileSync(ann.path('.husky/_/pre-commit'), newer, { mode: 0o755 });
  expect(JSON.stringify(await ann.modsync('install'))).toContain('.husky/_/pre-commit.before-modsync');
  expect(ann.read('.husky/_/pre-commit')).toBe(newer);

  writeDispatchers(ann);
  await ann.modsync('uninstall');
  expect(readdirSync(ann.path('.husky/_')).filter((name) => name.includes('modsync'))).toEqual([]);
});

test.each([
  ['the program', /main\.js/g],
  ['its Node', /(?<=')[^']*\/node(?=')/g],
])('where %s is gone, git works on, with pointers in place of assets', async (_, part) => {
  const ann = await project();
  ann.write('.gitattributes', '*.dds filter=lfs diff=lfs merge=lfs -text\n');
  ann.write('a.dds', 'pixels');
  await ann.modsync('init', ann.folder, '--yes');
  await ann.modsync('sync');
  for (const file of ['.git/config', '.git/hooks/pre-commit'])
    writeFileSync(ann.path(file), ann.read(file).replace(part, '/nowhere'));
  ann.remove('a.dds');
  await ann.git('checkout', '-q', '--', 'a.dds');
  expect(ann.read('a.dds')).toContain('oid sha256:');
  ann.write('Quest.psc', 'ScriptName Changed\n');
  ann.write('b.dds', 'other pixels');
  await ann.git('add', '-A');
  await ann.git('commit', '-qm', 'Alone');
  expect(await ann.git('status', '--porcelain')).toBe('');

  // and is taken up again
  expect((await ann.modsync('install')).filter).toBe('modsync');
  ann.remove('a.dds');
  await ann.git('checkout', '-q', '--', 'a.dds');
  expect(ann.read('a.dds')).toBe('pixels');
});

test('a hook in another language than the shell, or with options for it, runs as it is', async () => {
  const ann = await project();
  const scripts = {
    'pre-commit': `#!${process.execPath}\nrequire('node:fs').appendFileSync(${JSON.stringify(join(ann.home, 'told'))}, 'node\\n');\n`,
    'post-commit': `#!/bin/sh -e\nfalse\necho wrong >> "${ann.home}/told"\n`,
  };
  for (const [name, script] of Object.entries(scripts))
    writeFileSync(ann.path('.git/hooks', name), script, { mode: 0o755 });
  await ann.modsync('init', ann.folder, '--yes');
  await ann.git('commit', '-q', '--allow-empty', '-m', 'Second');
  expect(readFileSync(join(ann.home, 'told'), 'utf8')).toBe('node\n');
});

test('a hook that is a link looks around where it leads to', async () => {
  const ann = await project();
  ann.env.PATH = process.env.PATH;
  ann.write('tools/said.sh', `echo "$(basename "$0")" >> "${ann.home}/told"\n`);
  ann.write('tools/pre-commit', '#!/bin/sh\n. "$(dirname "$(readlink -f "$0")")/said.sh"\n');
  chmodSync(ann.path('tools/pre-commit'), 0o755);
  symlinkSync('../../tools/pre-commit', ann.path('.git/hooks/pre-commit'));
  await ann.modsync('install');
  await ann.git('commit', '-q', '--allow-empty', '-m', 'Second');
  expect(told(ann)).toBe(1);
  await ann.modsync('uninstall');
  expect(readlinkSync(ann.path('.git/hooks/pre-commit'))).toBe('../../tools/pre-commit');
});
