import { connectRemote } from '../../src/backends/index.ts';
import type { Remote } from '../../src/ports/index.ts';
import { describeAssetStore, describeHistory, describeLocks } from '../conformance/index.ts';
import { type GitHubStandIn, startGitHub } from '../support/github/standIn.ts';
import { testHost } from '../support/host.ts';

let github: GitHubStandIn;
let made = 0;

beforeAll(async () => {
  github = await startGitHub({ ann: { token: 'ghp_ann' }, bob: { token: 'ghp_bob' } });
});

/** A new repository, as its owner and a collaborator have it. */
async function project(): Promise<readonly [owner: Remote, editor: Remote]> {
  const name = `mod-${made++}`;
  await github.request('ann', '/user/repos', { method: 'POST', json: { name, private: true } });
  await github.request('ann', `/repos/ann/${name}/collaborators/bob`, {
    method: 'PUT',
    json: { permission: 'push' },
  });
  const invitations = await github.request('bob', '/user/repository_invitations');
  for (const { id } of (await invitations.json()) as { id: number }[]) // as the stand-in lists them
    await github.request('bob', `/user/repository_invitations/${id}`, { method: 'PATCH' });
  const connect = (login: string) =>
    connectRemote(testHost(), {
      backend: 'github',
      url: `${github.url}/ann/${name}.git`,
      apiKey: github.tokenOf(login),
      device: login,
    });
  return [await connect('ann'), await connect('bob')];
}

const close = async () => undefined;

describeHistory('a repository at GitHub', async () => {
  const [ann, bob] = await project();
  return { histories: [ann.history, bob.history], close };
});

describeAssetStore('LFS at GitHub', async () => (await project())[0].assets);

describeLocks('GitHub’s lock API', async () => {
  const [ann, bob] = await project();
  if (!ann.locks || !bob.locks) throw new Error('GitHub has locks.');
  return { locks: [ann.locks, bob.locks], close };
});
