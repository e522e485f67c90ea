/**
 * Releases of real public mods. Clones of them lie in the folder that MODSYNC_REAL_MODS names, and are no part of this
 * project: without it, this is skipped. https://github.com/YetAnotherModder/Fallout-4-Mantella-Mod,
 * https://github.com/eideehi/fo4-lootman.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { git } from '../support/gitRepository.ts';
import { Modder } from '../support/processes.ts';

const mods = process.env.MODSYNC_REAL_MODS ?? '';
const testReal = (name: string, work: (clone: string) => Promise<void>) => {
  const clone = join(mods, name);
  const isThere = mods !== '' && existsSync(clone);
  (isThere ? test : test.skip)(
    `${name}${isThere ? '' : ' (skipped: no clone in MODSYNC_REAL_MODS)'}`,
    () => work(clone),
    600_000,
  );
};

interface Made {
  readonly archive: { readonly path: string; readonly sha256: string };
  readonly changelog: string;
  readonly files: readonly { readonly path: string }[];
}

/** Another machine: its own home, umask, locale, time zone, and file times. */
async function onAnotherMachine(from: Modder, at: number, version: string): Promise<Made> {
  const [umask = 0o022, TZ, LC_ALL] =
    (
      [
        [0o077, 'Asia/Kathmandu', 'tr_TR.UTF-8'],
        [0o002, 'America/St_Johns', 'ja_JP.UTF-8'],
      ] as const
    )[at] ?? [];
  const other = new Modder(`machine${at}`);
  Object.assign(other.env, { TZ, LC_ALL });
  const before = process.umask(umask);
  try {
    git(dirname(other.folder), 'clone', '-q', from.folder, other.folder);
    git(other.folder, 'remote', 'remove', 'origin');
    for (const path of git(other.folder, 'ls-files', '-z').split('\0').filter(Boolean))
      utimesSync(join(other.folder, path), at * 1e8, at * 1e8 + 7);
    return (await other.modsync('release', version)) as unknown as Made; // what the command answers
  } finally {
    process.umask(before);
  }
}

/** What is unpacked is the tagged tree, file by file, but for what stays at home. */
function expectTree(person: Modder, { archive, files }: Made, tag: string, root: string): number {
  const unpacked = unzipSync(readFileSync(archive.path));
  expect(Object.keys(unpacked).sort()).toEqual(files.map(({ path }) => path).sort());
  const inGit = new Map(
    git(person.folder, 'ls-tree', '-r', '-z', tag)
      .split('\0')
      .filter(Boolean)
      .map((line) => {
        const [facts = '', path = ''] = line.split('\t');
        return [path, facts.split(' ')[2]] as const;
      }),
  );
  for (const [path, bytes] of Object.entries(unpacked)) {
    const blob = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
    const content = inGit.get(`${root}${path}`) ?? '';
    if (content === blob) continue;
    const pointer = git(person.folder, 'cat-file', 'blob', content);
    expect([path, pointer]).toEqual([
      path,
      expect.stringContaining(`sha256:${createHash('sha256').update(bytes).digest('hex')}`),
    ]);
  }
  return Object.keys(unpacked).length;
}

async function projectOf(clone: string, commit: string, prepare: (person: Modder) => void): Promise<Modder> {
  const person = new Modder('author');
  git(dirname(person.folder), 'clone', '-q', clone, person.folder);
  git(person.folder, 'remote', 'remove', 'origin');
  for (const tag of git(person.folder, 'tag').split('\n').filter(Boolean))
    git(person.folder, 'tag', '-d', tag);
  git(person.folder, 'checkout', '-q', '-B', 'main', commit);
  prepare(person);
  await person.modsync('init', person.folder, '--yes');
  return person;
}

testReal('Fallout-4-Mantella-Mod', async (clone) => {
  const person = await projectOf(clone, '0e58f18', () => undefined);
  // its compiled scripts are nobody's in Git
  const rules = { release: { sources: true } };
  person.write('.modsync.json', JSON.stringify({ ...JSON.parse(person.read('.modsync.json')), rules }));
  await person.modsync('sync');
  const first = (await person.modsync('release', '1.0.0')) as unknown as Made;
  expect(first.changelog).toMatch(/^First release/);
  git(person.folder, 'checkout', '-q', '311c837', '--', 'Mantella.esp', 'Scripts');
  await person.modsync('sync', '-m', 'Mend the plugin that waited');
  const other = await onAnotherMachine(person, 0, '1.1.0');
  const another = await onAnotherMachine(person, 1, '1.1.0');
  const own = (await person.modsync('release', '1.1.0')) as unknown as Made;
  expect([other.archive.sha256, another.archive.sha256]).toEqual([own.archive.sha256, own.archive.sha256]);
  expect(readFileSync(other.archive.path).equals(readFileSync(own.archive.path))).toBe(true);
  expect(expectTree(person, own, 'v1.1.0', '')).toBeGreaterThan(20);
  expect(own.changelog).toMatch(/`Mantella\.esp`: records: .*changed/);
  expect(own.changelog).toMatch(/changed: [A-Z_]{4} [0-9A-F]{8} \w+/);
  expect((await person.tryModsync('release', '--verify', '1.1.0')).code).toBe(0);
  if (process.env.MODSYNC_SHOW) process.stderr.write(`${own.changelog}\n${own.archive.sha256}\n`);
});

/** Its installer names what its build compiles: without that it is refused; with the two lines taken out it is whole. */
testReal('fo4-lootman', async (clone) => {
  const asLaidOut = (person: Modder) => {
    const resources = person.path('packaging', 'resources');
    for (const name of readdirSync(person.folder))
      if (!['.git', 'packaging', 'papyrus'].includes(name))
        renameSync(person.path(name), join(person.home, name));
    person.rename('packaging/resources/fomod', 'fomod');
    renameSync(join(resources, 'lootman'), person.path('resources'));
    person.write('files/.keep', '');
    renameSync(person.path('resources'), person.path('files', 'resources'));
  };
  const person = await projectOf(clone, 'b4315a0', asLaidOut);
  const refused = await person.tryModsync('release', '3.1.0', '--dry-run');
  expect(JSON.stringify(refused.answer)).toMatch(/files\/dll\/product.*files\/ba2\/product/);
  const installer = readFileSync(person.path('fomod', 'ModuleConfig.xml'), 'utf8')
    .replace(/\s*<folder source="files\/(dll|ba2)\/product"[^>]*\/>/g, '')
    .replace(/<files>\s*<folder source="files\/papyrus\/product\/source"[^>]*\/>\s*<\/files>/, '');
  person.write('fomod/ModuleConfig.xml', installer);
  await person.modsync('sync', '-m', 'Without what the build compiles');
  const other = await onAnotherMachine(person, 0, '3.1.0');
  const own = (await person.modsync('release', '3.1.0')) as unknown as Made;
  expect(other.archive.sha256).toBe(own.archive.sha256);
  expect(expectTree(person, own, 'v3.1.0', '')).toBeGreaterThan(10);
  expect(own.files.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['files/resources/en/LootMan.esp', 'fomod/ModuleConfig.xml']),
  );
  if (process.env.MODSYNC_SHOW) process.stderr.write(`${own.files.length} files, ${own.archive.sha256}\n`);
});
