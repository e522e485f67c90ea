/** Real plugins and archives of public projects survive the round through the relay byte for byte. */
import { createHash } from 'node:crypto';
import { haveGitLfs } from '../support/gitLfs.ts';
import { type Modder, startTeamOfProcesses, until } from '../support/processes.ts';
import { describeReal, realFile, realPaths } from '../support/realFiles.ts';
import { converged, expectHealthy, stateOf } from '../support/workingCopies.ts';

const blobIdOf = (bytes: Uint8Array) =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

const pointerTo = (bytes: Uint8Array) =>
  Buffer.from(
    `version https://git-lfs.github.com/spec/v1\noid sha256:${createHash('sha256').update(bytes).digest('hex')}\nsize ${bytes.length}\n`,
  );

describeReal('real files', () => {
  test('plugins in git, archives and textures as assets: the same bytes on the other side', async () => {
    const paths = realPaths(/\.(es[pml]|ba2|dds)$/);
    expect(paths.length).toBeGreaterThan(30);
    const { people } = await startTeamOfProcesses(
      ['alice', 'bob'],
      Object.fromEntries(paths.map((path) => [path, realFile(path)])),
    );
    const [alice, bob] = people as [Modder, Modder];
    expect(paths.filter((path) => !bob.tryRead(path)?.equals(realFile(path)))).toEqual([]);

    // plugins are blobs of their own bytes, assets are pointers
    const tree = (await alice.git('ls-tree', '-r', '-z', 'HEAD')).split('\0');
    const ids = new Map(tree.map((line) => [line.slice(line.indexOf('\t') + 1), line.split(/\s/)[2]]));
    for (const path of paths) {
      const isAsset = /\.(ba2|dds)$/.test(path);
      expect([path, ids.get(path)]).toEqual([
        path,
        blobIdOf(isAsset ? pointerTo(realFile(path)) : realFile(path)),
      ]);
    }

    // every version of a real plugin's history, one save after the other, in turns
    const watching = await Promise.all(people.map((person) => person.watch()));
    for (const [at, version] of realPaths(/mantella-history\//).entries()) {
      const [from, to] = at % 2 ? [bob, alice] : [alice, bob];
      from.write('Mantella.esp', realFile(version));
      await until(`${version} arrives`, () => to.tryRead('Mantella.esp')?.equals(realFile(version)));
    }
    await converged(people);
    for (const watch of watching) expect(await watch.end()).toBe(0);
    expect(stateOf(bob.folder)).toEqual(stateOf(alice.folder));
    for (const person of people) await expectHealthy(person);

    if (haveGitLfs) {
      const listed = (await bob.git('lfs', 'ls-files', '--name-only')).split('\n').sort();
      expect(listed).toEqual(paths.filter((path) => /\.(ba2|dds)$/.test(path)));
    }
  });
});
