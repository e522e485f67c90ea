/** A relay of ours, through the backend that everybody uses, as what the ports ask for. */
import { backends, parseInvite, relayApi } from '../../src/backends/index.ts';
import type { Remote } from '../../src/ports/index.ts';
import { startRelay } from '../../src/relay/index.ts';
import { type CommitId, parseProjectId } from '../../src/shared/ids.ts';
import { describeAccess } from '../conformance/access.ts';
import { describeAssetStore } from '../conformance/assetStore.ts';
import { describeFormIds } from '../conformance/formIds.ts';
import { describeHistory } from '../conformance/history.ts';
import { describeLocks } from '../conformance/locks.ts';
import { describeReleases } from '../conformance/releases.ts';
import { temporaryFolder, testHost } from '../support/host.ts';
import { cloneWith } from '../support/relay.ts';

/** A project at a relay of its own, its owner, and someone whom the owner let in. */
async function makeStand() {
  const relay = await startRelay({ dataDir: temporaryFolder('relay'), log: 'silent' });
  const token = relay.ownerToken;
  if (token === undefined) throw new Error('not a new relay');
  const api = relayApi({ origin: relay.url, token: async () => token });
  const { projectId } = await api.createProject({
    projectId: parseProjectId('conforming'),
    name: 'C',
    defaultBranch: 'main',
  });
  const url = `${relay.url}/${projectId}.git`;
  const remotes: Remote[] = [];
  const connect = async (apiKey: string | undefined) => {
    const remote = await backends.connect(testHost(), {
      backend: 'self-hosted',
      url,
      apiKey,
      device: 'device',
    });
    remotes.push(remote);
    return remote;
  };
  return {
    origin: relay.url,
    url,
    token,
    connect,
    owner: await connect(token),
    member: async () => {
      const { code } = parseInvite((await api.createInvite(projectId)).url);
      return await connect((await relayApi({ origin: relay.url }).acceptInvite(code, 'Bob')).token);
    },
    close: async () => {
      for (const remote of remotes) await remote.close();
      await relay.close();
    },
  };
}

describeHistory('a relay', async () => {
  const { owner, member, close } = await makeStand();
  return { histories: [owner.history, (await member()).history], close };
});

describeLocks('a relay', async () => {
  const { owner, member, close } = await makeStand();
  return { locks: [owner.locks!, (await member()).locks!], close };
});

describeFormIds('a relay', async () => {
  const { owner, member, close } = await makeStand();
  return { formIds: [owner.formIds!, (await member()).formIds!], close };
});

describeReleases('a relay', async () => {
  const { owner, member, url, token, close } = await makeStand();
  await owner.releases!.setAudience?.('public');
  const clone = await cloneWith(url, token);
  return {
    releases: [owner.releases!, (await member()).releases!],
    push: async (tag, message) => {
      await clone.git('commit', '-q', '--allow-empty', '-m', 'A version');
      await clone.git('tag', '-a', tag, '-m', message);
      await clone.git('push', '-q', 'origin', 'HEAD:main', tag);
      return (await clone.git('rev-parse', 'HEAD')) as CommitId;
    },
    close,
  };
});

describeAccess('a relay', async () => {
  const { owner, connect, close } = await makeStand();
  return {
    access: owner.access!,
    strangerSees: async () =>
      (await connect(undefined)).history.listRefs().then(
        () => true,
        () => false,
      ),
    join: async (invite, name) => {
      const host = testHost();
      const hosting = await backends.acceptInvite(host, invite, name);
      const options = { backend: 'self-hosted', url: hosting.gitUrl, device: name } as const;
      return { hosting, remote: await backends.connect(host, options) };
    },
    close,
  };
});

let stands: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const stand of stands) await stand.close();
  stands = [];
});

describeAssetStore('a relay', async () => {
  const stand = await makeStand();
  stands.push(stand);
  return stand.owner.assets;
});
