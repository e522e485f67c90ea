/** The remote is asked for its refs while the working copy is looked at: once, and not by a watcher that found nothing. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Project } from '../../src/engine/project/Project.ts';
import { EarlyRefs } from '../../src/engine/sync/EarlyRefs.ts';
import { syncOnce } from '../../src/engine/sync/sync.ts';
import type { Remote } from '../../src/ports/index.ts';
import { SyncError } from '../../src/shared/errors.ts';
import { remoteAt, sharedProject } from '../safety/project.ts';
import { git } from '../support/gitRepository.ts';
import { testHost } from '../support/host.ts';

const request = { direction: 'bidirectional', strategy: 'manual' } as const;

async function counted() {
  const shared = await sharedProject({ 'a.txt': '1' });
  const project = await Project.find(testHost(), shared.folder);
  const remote = remoteAt(shared.server.url);
  let asked = 0;
  const listRefs: Remote['history']['listRefs'] = (options) => {
    asked++;
    return remote.history.listRefs(options);
  };
  const counting: Remote = { ...remote, history: { ...remote.history, listRefs } };
  const times = () => {
    const count = asked;
    asked = 0;
    return count;
  };
  return { ...shared, project, connect: async () => counting, times };
}

test('a sync asks the remote for its refs once', async () => {
  const { folder, bare, server, project, connect, times } = await counted();
  writeFileSync(join(folder, 'a.txt'), '2');
  expect((await syncOnce(project, connect, request)).pushed).toBe(true);
  expect(times()).toBe(1);
  expect(git(bare, 'show', 'main:a.txt')).toBe('2');
  await server.close();
});

test('a watcher asks when something changed, and not otherwise', async () => {
  const { folder, server, project, connect, times } = await counted();
  const watched = { ...request, only: ['a.txt'], onlyIfChanged: true };
  expect((await syncOnce(project, connect, watched)).outcome).toBe('up-to-date');
  expect(times()).toBe(0);
  writeFileSync(join(folder, 'a.txt'), '2');
  expect((await syncOnce(project, connect, watched)).pushed).toBe(true);
  expect(times()).toBe(1);
  await server.close();
});

test('a snapshot is made although the remote did not answer', async () => {
  const { folder, server, project } = await counted();
  const gone = new SyncError('BACKEND_CONNECTION_FAILED', 'Backend connection failed: nobody there.');
  writeFileSync(join(folder, 'a.txt'), '2');
  await expect(syncOnce(project, () => Promise.reject(gone), request)).rejects.toMatchObject({
    code: gone.code,
  });
  expect(git(folder, 'show', 'HEAD:a.txt')).toBe('2');
  await server.close();
});

test('an answer is taken once: the next round asks anew', async () => {
  const { server, connect, times } = await counted();
  const early = new EarlyRefs(connect, undefined);
  early.ask();
  early.ask();
  expect((await early.take())?.refs.has('refs/heads/main')).toBe(true);
  expect(await early.take()).toBeUndefined();
  expect(times()).toBe(1);
  await server.close();
});
