import { readFileSync, writeFileSync } from 'node:fs';
import { CloudSyncEngine, nodeHost } from '../../src/index.ts';
import { gitBytes } from '../support/gitCommand.ts';
import { temporaryFolder } from '../support/host.ts';
import { startTestRelay } from '../support/relay.ts';

test('a repository that has an origin keeps it, with its branch, history and attributes', async () => {
  const relay = await startTestRelay();
  const folder = temporaryFolder('existing');
  const git = (...args: string[]) => gitBytes(folder, args).toString().trim();
  git('init', '-q', '-b', 'develop');
  git('remote', 'add', 'origin', 'https://git.example/team/mod.git');
  writeFileSync(`${folder}/.gitattributes`, '*.psc text eol=crlf\n');
  writeFileSync(`${folder}/a.psc`, 'Scriptname A\r\n');
  git('add', '-A');
  git('commit', '-qm', 'Before modsync');
  const before = git('rev-parse', 'HEAD');

  const host = nodeHost({ home: temporaryFolder('home'), environment: {} });
  await host.keys.set(relay.url, relay.ownerToken);
  const engine = new CloudSyncEngine({}, host);
  await engine.initialize();
  const plan = await engine.planProject(folder, { relay: relay.url });
  expect(plan).toMatchObject({ existingRepository: true, branch: 'develop' });
  expect(plan.filesToWrite.map(({ path }) => path)).toEqual(['.modsync.json']);
  const { projectId } = await engine.createProject(plan);

  expect(git('rev-parse', 'HEAD~1')).toBe(before);
  expect(git('remote', 'get-url', 'origin')).toBe('https://git.example/team/mod.git');
  expect(git('remote', 'get-url', 'modsync')).toContain(relay.url);
  expect(git('rev-parse', 'refs/remotes/modsync/develop')).toBe(git('rev-parse', 'HEAD'));
  expect(readFileSync(`${folder}/.gitattributes`, 'utf8')).toBe('*.psc text eol=crlf\n');
  expect(git('status', '--porcelain')).toBe('');

  const copy = temporaryFolder('copy');
  const { inviteCode } = await engine.shareProject(projectId);
  const other = new CloudSyncEngine({}, nodeHost({ home: temporaryFolder('other'), environment: {} }));
  await other.initialize();
  await other.joinProject(inviteCode, copy);
  expect(readFileSync(`${copy}/a.psc`, 'utf8')).toBe('Scriptname A\r\n');
  await engine.close();
  await other.close();
});
