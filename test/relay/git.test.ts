import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../support/host.ts';
import { cloneWith, gitFolder, gitUrlWith, startTestRelay, type TestRelay } from '../support/relay.ts';

let relay: TestRelay;
beforeAll(async () => {
  relay = await startTestRelay();
});

async function projectWithCommit(name: string) {
  const project = await relay.createProject(name);
  const clone = await cloneWith(project.gitUrl, relay.ownerToken);
  await clone.git('checkout', '-q', '-B', 'main');
  await clone.write('Scripts/Main.psc', 'Scriptname Main\n');
  await clone.git('add', '-A');
  await clone.git('commit', '-q', '-m', 'First');
  await clone.git('push', '-q', 'origin', 'main');
  return { project, clone };
}

describe('stock git', () => {
  test('what one pushes, the other clones, edits and pushes back', async () => {
    const { project, clone } = await projectWithCommit('Round trip');
    const token = await relay.join(project.projectId, 'Nick');
    const other = await cloneWith(project.gitUrl, token);
    expect(await readFile(join(other.path, 'Scripts/Main.psc'), 'utf8')).toBe('Scriptname Main\n');
    await other.write('Scripts/Main.psc', 'Scriptname Main extends Quest\n');
    await other.git('commit', '-qam', 'Edit');
    await other.git('push', '-q');
    await clone.git('pull', '-q');
    expect(await readFile(join(clone.path, 'Scripts/Main.psc'), 'utf8')).toBe(
      'Scriptname Main extends Quest\n',
    );
  });

  test('a token in a header serves as well as one in the URL', async () => {
    const { project } = await projectWithCommit('Header');
    const folder = await gitFolder(temporaryFolder('header'));
    await folder.git(
      '-c',
      `http.extraHeader=Authorization: Bearer ${relay.ownerToken}`,
      'clone',
      '-q',
      project.gitUrl,
      '.',
    );
    expect(await folder.git('log', '--format=%s')).toBe('First');
  });

  test('a viewer’s, a stranger’s and a forged token get no push through', async () => {
    const { project, clone } = await projectWithCommit('Strangers');
    const elsewhere = await relay.createProject('Elsewhere');
    const stranger = await relay.join(elsewhere.projectId, 'Stranger');
    const asStranger = await clone.tryGit('push', gitUrlWith(project.gitUrl, stranger), 'main');
    expect(asStranger.error).toMatch(/not found/);
    const forged = await clone.tryGit('push', gitUrlWith(project.gitUrl, `${stranger}x`), 'main');
    expect(forged.error).toMatch(/403/);
    const anonymous = await clone.tryGit('push', project.gitUrl, 'main');
    expect(anonymous.error).toMatch(/could not read Username|Authentication/);
  });
});

describe('the bound', () => {
  test('a push over the bound is refused', async () => {
    const small = await startTestRelay({ limits: { push: 1000 } });
    const project = await small.createProject('Small');
    const clone = await cloneWith(project.gitUrl, small.ownerToken);
    await clone.write(
      'noise',
      Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919 + (i >> 3)) % 251)),
    );
    await clone.git('add', '-A');
    await clone.git('commit', '-q', '-m', 'Large');
    expect((await clone.tryGit('push', 'origin', 'HEAD:main')).error).toMatch(/413/);
    expect(await clone.git('ls-remote', 'origin')).toBe('');
  });
});
