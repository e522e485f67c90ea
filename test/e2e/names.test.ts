/** Names and files that sync tools stumble over arrive byte for byte, and stock git finds both copies clean. */
import { readdirSync } from 'node:fs';
import { type Modder, startTeamOfProcesses, until } from '../support/processes.ts';
import { converged, expectHealthy, stateOf } from '../support/workingCopies.ts';

const NFC = 'Für später é'.normalize('NFC');
const NFD = NFC.normalize('NFD');

const files: Record<string, string> = {
  'with space/a file  with  spaces.txt': 'spaces',
  ' leading space/ file': 'leading',
  [`nfc/${NFC}.psc`]: 'composed',
  [`nfd/${NFD}.psc`]: 'decomposed',
  [`nfc/${NFC}.dds`]: 'composed asset',
  [`nfd/${NFD}.dds`]: 'decomposed asset',
  'brackets [1] (2) {3}/[a-z].dds': 'a glob to anyone who is careless',
  'brackets [1] (2) {3}/[!x].txt': 'and another',
  '-leading/-dash.txt': 'an option to anyone who is careless',
  '--help': 'even more so',
  '-n.dds': 'as an asset',
  [`${'n'.repeat(196)}.txt`]: '200 characters',
  [`${'ü'.repeat(98)}.dds`]: '200 bytes',
  'percent/100%.txt': 'percent',
  'percent/%2e%2e%2fescape.dds': 'no escape',
  'percent/%20.psc': 'not a space',
  '#comment.txt': 'not a comment',
  '!important.dds': 'not a negation',
  'hash#in#middle.esp': 'hash',
  "quotes/it's.txt": 'one quote',
  'quotes/$HOME `whoami` $(id) ;&.dds': 'a shell would see more in it',
  '日本語/テクスチャ.dds': 'Japanese',
  'emoji/🦆.txt': 'four bytes in UTF-8',
  'tilde/~user': 'tilde',
  'at@sign/HEAD@{0}': 'not a revision',
  'comma,equals=/a=b,c.txt': 'comma and equals',
  'UPPER.DDS': 'upper case',
  'empty/empty.txt': '',
  'empty/empty.dds': '',
  'empty/empty.esp': '',
  [`${Array.from({ length: 40 }, (_, at) => `d${at}`).join('/')}/deep.txt`]: 'forty folders down',
  [`${Array.from({ length: 40 }, (_, at) => `d${at}`).join('/')}/deep.dds`]: 'an asset forty folders down',
  'line ends/crlf.psc': 'one\r\ntwo\r\n',
  'line ends/lf.psc': 'one\ntwo\n',
  'line ends/mixed.psc': 'one\r\ntwo\nthree\rfour',
  'line ends/none.psc': 'no newline at the end',
  'tools/run.sh': '#!/bin/sh\n',
  'tools/plain.sh': '#!/bin/sh\n',
};

test('names with spaces, accents in both forms, brackets, dashes, quotes, 200 characters; empty and deep files', async () => {
  const { people } = await startTeamOfProcesses(['alice', 'bob'], files);
  const [alice, bob] = people as [Modder, Modder];
  expect(stateOf(bob.folder)).toEqual(stateOf(alice.folder));
  for (const [path, content] of Object.entries(files)) {
    const there = bob.tryRead(path)?.toString();
    expect({ path, content: there }).toEqual({ path, content });
  }
  for (const person of people) await expectHealthy(person);

  // the same by watching: an edit of each, an executable bit either way, and each deleted
  const watching = await Promise.all(people.map((person) => person.watch()));
  for (const path of Object.keys(files)) alice.write(path, `${files[path]} edited`);
  alice.chmod('tools/run.sh', 0o755);
  await until('the last edit arrives', () => {
    const theirs = stateOf(bob.folder);
    return [...stateOf(alice.folder)].every(([path, state]) => theirs.get(path) === state);
  });
  await converged(people);
  expect(stateOf(bob.folder).get('tools/run.sh')).toMatch(/^x /);
  expect(stateOf(bob.folder).get('tools/plain.sh')).toMatch(/^- /);
  for (const person of people) await expectHealthy(person);

  bob.chmod('tools/run.sh', 0o644);
  for (const path of Object.keys(files)) if (!path.startsWith('tools/')) bob.remove(path);
  await until('the deletions arrive', () =>
    [...stateOf(alice.folder).keys()].every((path) => path.startsWith('tools/') || path.startsWith('.')),
  );
  await converged(people);
  expect(stateOf(alice.folder).get('tools/run.sh')).toMatch(/^- /);
  // folders that the deletions emptied are gone
  expect(readdirSync(alice.folder).filter((name) => !name.startsWith('.'))).toEqual(['tools']);
  for (const person of people) await expectHealthy(person);
  for (const watch of watching) {
    expect(watch.events.filter(({ type }) => type === 'error')).toEqual([]);
    expect(await watch.end()).toBe(0);
  }
});

test('a name that Windows cannot hold is refused with its reason, and nothing is half done', async () => {
  const { people } = await startTeamOfProcesses(['alice'], { 'a.txt': 'a' });
  const [alice] = people as [Modder];
  const before = await alice.git('rev-parse', 'HEAD');
  alice.write('what?.txt', 'not on Windows');
  alice.write('good.txt', 'fine');
  expect(await alice.tryModsync('sync')).toMatchObject({
    code: 1,
    answer: { success: false, error: { code: 'UNSAFE_PATH', message: expect.stringContaining('what?.txt') } },
  });
  expect(await alice.git('rev-parse', 'HEAD')).toBe(before);
  alice.rename('what?.txt', 'what.txt');
  await alice.modsync('sync');
  await expectHealthy(alice);
});
