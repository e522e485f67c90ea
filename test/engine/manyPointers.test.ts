import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { partsConfig } from '../../src/engine/assets/parts.ts';
import { ObjectStore } from '../../src/git/index.ts';
import { CloudSyncEngine, nodeHost } from '../../src/index.ts';
import type { ObjectId } from '../../src/shared/ids.ts';
import { gitBytes } from '../support/gitCommand.ts';
import { gitEnvironment } from '../support/gitRepository.ts';
import { temporaryFolder } from '../support/host.ts';
import { startTestRelay } from '../support/relay.ts';

const COUNT = 10_000;
const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');
const contentOf = (at: number, version: number) => `texture ${at}, version ${version}`;
const pointerOf = (content: string) =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256(content)}\nsize ${content.length}\n`;
const pathOf = (at: number) => `Textures/${at % 100}/T${at}.dds`;

/** The blobs that were read while `work` ran. */
async function blobsRead(work: () => Promise<unknown>): Promise<Set<ObjectId>> {
  const read = new Set<ObjectId>();
  const { readMany, readBlob } = ObjectStore.prototype;
  const isBlob = (type: string) => type === 'blob';
  ObjectStore.prototype.readMany = async function (ids) {
    const objects = await readMany.call(this, ids);
    for (const [at, { type }] of objects.entries()) if (isBlob(type)) read.add(ids[at] as ObjectId);
    return objects;
  };
  ObjectStore.prototype.readBlob = async function (id) {
    read.add(id);
    return await readBlob.call(this, id);
  };
  try {
    await work();
  } finally {
    ObjectStore.prototype.readMany = readMany;
    ObjectStore.prototype.readBlob = readBlob;
  }
  return read;
}

test('of 10,000 pointers with 3 changed, a pull reads 3 and downloads 3, and a push reads nothing of the others', async () => {
  const relay = await startTestRelay({ requireAssets: false });
  const { projectId, gitUrl } = await relay.createProject('Many');
  // made by stock git, in one go: 10,000 files as separate commands would take minutes
  const source = temporaryFolder('many');
  const git = (...args: string[]) => gitBytes(source, args).toString().trim();
  git('init', '-q', '-b', 'main');
  const stream = [
    'commit refs/heads/main\ncommitter A <a@example.org> 1700000000 +0000\ndata 3\none\n',
    `M 100644 inline .modsync.json\n${data(JSON.stringify({ modsync: 1, projectId, name: 'Many' }))}`,
    `M 100644 inline .gitattributes\n${data('*.dds filter=lfs diff=lfs merge=lfs -text\n')}`,
    ...Array.from(
      { length: COUNT },
      (_, at) => `M 100644 inline ${pathOf(at)}\n${data(pointerOf(contentOf(at, 1)))}`,
    ),
  ];
  execFileSync('git', ['fast-import', '--quiet'], {
    cwd: source,
    env: gitEnvironment,
    input: stream.join(''),
  });
  git('reset', '-q', '--hard');
  git('config', 'lfs.fetchexclude', '*');
  for (const [key, value] of partsConfig({ only: [], without: ['Textures/**'] }))
    git('config', key, value ?? '');

  const people = [];
  for (const name of ['alice', 'bob']) {
    const folder = temporaryFolder(name);
    cpSync(source, folder, { recursive: true });
    gitBytes(folder, ['config', 'remote.origin.url', gitUrl]);
    gitBytes(folder, ['update-index', '-q', '--refresh']);
    const host = nodeHost({ home: temporaryFolder('home'), environment: { USER: name } });
    await host.keys.set(relay.url, relay.ownerToken);
    const engine = new CloudSyncEngine({}, host);
    await engine.initialize();
    people.push({ folder, engine, id: await engine.openProject(folder) });
  }
  const [alice, bob] = people as [(typeof people)[0], (typeof people)[0]];
  try {
    // the history itself goes by stock git: the bytes of these assets are nowhere
    const withToken = gitUrl.replace('://', `://x:${relay.ownerToken}@`);
    // never synchronously: the relay lives in this process
    await promisify(execFile)('git', ['push', '-q', withToken, 'main'], { cwd: source, env: gitEnvironment });
    for (const person of people) await person.engine.syncProject(person.id, 'pull');

    const changed = [17, 4711, 9999];
    gitBytes(alice.folder, ['config', 'lfs.fetchexclude', '']);
    gitBytes(bob.folder, ['config', 'lfs.fetchexclude', '']);
    for (const at of changed) writeFileSync(join(alice.folder, pathOf(at)), contentOf(at, 2));
    const sent = await blobsRead(async () =>
      expect(await alice.engine.syncProject(alice.id)).toMatchObject({ pushed: true }),
    );
    const received = await blobsRead(async () => {
      const result = await bob.engine.syncProject(bob.id);
      expect(result.received).toHaveLength(3);
      expect(result.bytesDownloaded).toBe(changed.reduce((sum, at) => sum + contentOf(at, 2).length, 0));
    });
    const blobId = (content: string) =>
      createHash('sha1').update(`blob ${content.length}\0${content}`).digest('hex');
    const news = changed.map((at) => blobId(pointerOf(contentOf(at, 2))));
    const pointersIn = (read: Set<ObjectId>) => {
      const all = new Set(
        Array.from({ length: COUNT }, (_, at) => blobId(pointerOf(contentOf(at, 1)))).concat(news),
      );
      return [...read].filter((id) => all.has(id)).sort();
    };
    expect(pointersIn(received)).toEqual([...news].sort());
    // and of those three the old version, which the new one is packed against
    const olds = changed.map((at) => blobId(pointerOf(contentOf(at, 1))));
    expect([...news, ...olds]).toEqual(expect.arrayContaining(pointersIn(sent)));
  } finally {
    for (const { engine } of people) await engine.close();
  }
});

const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
