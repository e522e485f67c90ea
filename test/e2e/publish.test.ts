/** `modsync release` to players, as real processes: killed on its way, run again, out; at a relay and at GitHub. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { sampleProject } from '../../src/bethesda/index.ts';
import { startGitHubTeam } from '../support/github/team.ts';
import {
  Modder,
  quickCli,
  type Ran,
  type RelayProcess,
  startRelayProcess,
  until,
} from '../support/processes.ts';

const PATIENT = 170_000;
const MEGABYTE = 1_000_000;

interface Published {
  readonly tag: string;
  readonly draft: boolean;
  readonly page: string;
  readonly files: readonly { readonly name: string; readonly size: number; readonly url: string }[];
}
interface Released {
  readonly resumed?: boolean;
  readonly commitId: string;
  readonly published: Published;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const released = (ran: Ran): Released => {
  expect(ran.answer).toMatchObject({ success: true });
  return (ran.answer as unknown as { data: Released }).data; // a success has data
};

/** Archives do not compress: an upload takes long enough to be killed. */
function mod(): Record<string, Uint8Array | string> {
  const files: Record<string, Uint8Array | string> = {};
  for (const { path, content } of sampleProject(7, { megabytes: 1 })) files[path] = content;
  files['Sound/Beacon/Noise.xwm'] = randomBytes(20 * MEGABYTE);
  return files;
}

/** Kills the command at a moment. @returns whether it had not ended before */
async function killedAt(person: Modder, moment: () => boolean, ...args: string[]): Promise<boolean> {
  let ended = false;
  const { code } = await person.run(args, {
    onStart: (child) => {
      child.once('close', () => {
        ended = true;
      });
      void until('the moment', () => ended || moment()).then(() => child.kill('SIGKILL'));
    },
  });
  return code === null;
}

const archiveOf = ({ files }: Published) => files.find(({ name }) => name.endsWith('.zip'));

async function downloaded(published: Published): Promise<Buffer> {
  const answer = await fetch(archiveOf(published)?.url ?? '');
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

/** What the tag names is what players get, and what is unpacked is what Git has. */
async function expectWhole(person: Modder, published: Published): Promise<void> {
  const bytes = await downloaded(published);
  expect(await person.git('cat-file', 'tag', published.tag)).toContain(`Modsync-SHA256: ${sha256(bytes)}`);
  const unpacked = unzipSync(bytes);
  const plugin = await person.git('rev-parse', `${published.tag}:Beacon.esp`);
  person.write('../unpacked.esp', unpacked['Beacon.esp'] ?? '');
  expect(await person.git('hash-object', '--no-filters', person.path('..', 'unpacked.esp'))).toBe(plugin);
  expect((await person.tryModsync('release', '--verify', published.tag)).code).toBe(0);
}

describe('at a relay', () => {
  let relay: RelayProcess;
  let ann: Modder;
  let ben: Modder;

  beforeAll(async () => {
    relay = await startRelayProcess();
    ann = new Modder('ann');
    mkdirSync(ann.folder, { recursive: true });
    for (const [path, content] of Object.entries(mod())) ann.write(path, content);
    await quickCli(['login', relay.url, '--token', relay.ownerToken], ann.env);
    await ann.modsync('init', ann.folder, '--name', 'Beacon', '--yes', '--relay', relay.url);
    const { inviteCode } = await ann.modsync('share');
    ben = new Modder('ben');
    const joined = await quickCli(['join', String(inviteCode), ben.folder, '--json'], ben.env);
    expect(joined.code).toBe(0);
  }, PATIENT);

  /** Bytes of uploads that the relay has, and that are not whole. */
  const arrived = () => {
    const folder = join(relay.dataDir, 'uploads');
    if (!existsSync(folder)) return 0;
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => statSync(join(folder, name), { throwIfNoEntry: false }))
      .reduce((sum, found) => sum + (found?.isFile() ? found.size : 0), 0);
  };

  test(
    'killed on its way, and the relay too, the same command goes on, from another member’s copy as well',
    async () => {
      expect(await killedAt(ann, () => arrived() > MEGABYTE, 'release', '1.0.0')).toBe(true);
      await relay.kill();
      const before = arrived();
      expect(before).toBeGreaterThan(MEGABYTE);
      await relay.restart();
      expect(arrived()).toBe(before);
      expect((await ann.tryModsync('releases')).answer).toMatchObject({
        data: [{ tag: 'v1.0.0', published: { draft: true, files: [] } }],
      });
      await ben.modsync('sync');
      const { resumed, published } = released(await ben.tryModsync('release', '1.0.0'));
      expect([resumed, published.draft, published.files.length]).toEqual([true, false, 3]);
      expect(arrived()).toBe(0);

      expect((await fetch(published.page)).status).toBe(401);
      expect((await ben.tryModsync('releases', '--audience', 'public')).code).toBe(1);
      await ann.modsync('releases', '--audience', 'public');
      expect(await (await fetch(published.page)).text()).toContain(sha256(await downloaded(published)));
      await expectWhole(ann, published);

      // out is out
      expect((await ann.tryModsync('release', '1.0.0')).answer).toMatchObject({
        success: false,
        error: { code: 'RELEASE_REFUSED' },
      });
    },
    PATIENT,
  );

  test(
    'a draft is let out by the next command, taken back by another, and restored by its name',
    async () => {
      ann.write('Readme.txt', 'second\n');
      await ann.modsync('sync');
      const draft = released(await ann.tryModsync('release', '1.1.0', '--draft')).published;
      expect([draft.draft, (await fetch(draft.page)).status]).toEqual([true, 404]);
      ann.write('Readme.txt', 'third\n');
      await ann.modsync('sync');
      const ran = await ann.tryModsync('release', 'v1.1.0');
      const { commitId, published } = released(ran);
      expect(commitId).toBe(await ann.git('rev-parse', 'v1.1.0^{commit}'));
      expect(published.draft).toBe(false);
      expect(JSON.stringify(ran.answer)).toContain('Later snapshots are for the next version');
      expect((await fetch(published.page)).status).toBe(200);
      await ann.modsync('unrelease', '1.1.0');
      expect((await fetch(published.page)).status).toBe(404);
      expect(await ann.git('ls-remote', 'origin', 'refs/tags/v1.1.0')).not.toBe('');
      await ann.modsync('restore', 'v1.1.0');
      expect(ann.read('Readme.txt')).toBe('second\n');
      const history = (await ann.tryModsync('history')).answer as
        | { data?: { names: string[] }[] }
        | undefined;
      expect(history?.data?.flatMap(({ names }) => names)).toEqual(
        expect.arrayContaining(['v1.0.0', 'v1.1.0']),
      );
    },
    PATIENT,
  );
});

test(
  'at GitHub, a release that was killed is run again to its end: whole files stay, half ones are replaced',
  async () => {
    const { github, people, repository } = await startGitHubTeam(['ann'], mod());
    const [ann] = people as [Modder];
    const uploads = () =>
      github.asked.filter(({ method, path }) => method === 'POST' && /\/assets$/.test(path));
    const assets = async () => {
      const answer = await github.request('ann', `/repos/${repository}/releases`);
      const [release] = (await answer.json()) as { assets: { id: number; name: string; state: string }[] }[];
      return release?.assets ?? [];
    };
    github.holdUpload = true;
    expect(await killedAt(ann, () => github.halfUploads() > 0, 'release', '1.0.0')).toBe(true);
    github.holdUpload = false;
    expect((await assets()).map(({ state }) => state)).toEqual(['starter']);

    const first = released(await ann.tryModsync('release', '1.0.0', '--draft')).published;
    expect([first.draft, first.files.length]).toEqual([true, 3]);
    const [whole] = (await assets()).map(({ id }) => id);
    const sent = uploads().length;
    const { resumed, published } = released(await ann.tryModsync('release', '1.0.0'));
    expect([resumed, published.draft, uploads().length]).toEqual([true, false, sent]);
    expect((await assets()).map(({ id }) => id)).toContain(whole);
    await expectWhole(ann, published);
    expect(await ann.modsync('unrelease', '1.0.0')).toMatchObject({ draft: true });
    expect(await ann.git('ls-remote', 'origin', 'refs/tags/v1.0.0')).not.toBe('');
    for (const { headers, path } of github.asked)
      expect(`${path}${headers.referer ?? ''}`).not.toContain('ghp_');
  },
  PATIENT,
);
