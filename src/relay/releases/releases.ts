/**
 * Releases at the relay. Members who may push make a draft, send its files (upload.ts) and let it out; players see its
 * page and what it names, if the owner made the releases public. A release that is out never changes: it can become a
 * draft again, and its files keep their URLs.
 */
import { randomUUID } from 'node:crypto';
import type { CommitId } from '../../shared/ids.ts';
import type { ProjectChange } from '../../shared/types.ts';
import { relayRoutes, success } from '../../shared/wire/relay.ts';
import {
  audienceRequest,
  draftRequest,
  RELEASE_TAG,
  type ReleaseInfo,
  saveReleaseRequest,
} from '../../shared/wire/releases.ts';
import type { Call, Reader, Route } from '../access/routes.ts';
import { openAsset } from '../assets/assetFolder.ts';
import { sendAsset } from '../assets/sendAsset.ts';
import type { Member, Project, StoredRelease } from '../db/db.ts';
import { notFound, pathPart, RelayError } from '../http/http.ts';
import { PAGE_HEADERS } from '../http/page.ts';
import { releasePage, releasesPage } from './pages.ts';
import { receivedOf, UPLOAD_PATH, uploadFile } from './upload.ts';

type MemberCall = Call & { readonly member: Member };
type ReaderCall = Call & { readonly reader: Reader };

export const releaseRoutes: readonly Route[] = [
  { method: 'get', path: relayRoutes.releases(':project'), access: 'viewer', handle: list },
  { method: 'post', path: relayRoutes.releases(':project'), access: 'editor', handle: save },
  { method: 'put', path: UPLOAD_PATH, access: 'editor', handle: uploadFile },
  {
    method: 'post',
    path: relayRoutes.releaseDraft(':project', ':tag'),
    access: 'editor',
    handle: letOutOrBack,
  },
  { method: 'post', path: relayRoutes.releaseAudience(':project'), access: 'owner', handle: choose },
  { method: 'get', path: relayRoutes.releasesPage(':project'), access: 'reader', handle: showAll },
  { method: 'get', path: relayRoutes.releasePage(':project', ':tag'), access: 'reader', handle: show },
  {
    method: 'get',
    path: relayRoutes.releaseFile(':project', ':tag', ':oid', ':name'),
    access: 'reader',
    handle: download,
  },
];

async function list({ relay, request, response, member }: MemberCall): Promise<void> {
  const { id } = member.project;
  const all = relay.db.releases.list(id);
  response.json(
    success({
      audience: relay.db.releases.audience(id),
      largestFile: relay.limits.asset,
      releases: await Promise.all(all.map((one) => infoOf({ relay, request }, member.project, one))),
    }),
  );
}

async function save({ relay, request, response, member }: MemberCall): Promise<void> {
  const { id } = member.project;
  const { files, commitId, ...wanted } = await relay.readJson(request, response, saveReleaseRequest);
  const release = {
    ...wanted,
    commitId: commitId as CommitId, // a tag of a release is on a commit: looked at before it comes out
    files: files.map(({ name, size, sha256 }) => ({ name, size, oid: sha256 })),
  };
  for (const { size } of release.files)
    if (size > relay.limits.asset)
      throw new RelayError(
        413,
        'INVALID_INPUT',
        `This relay takes files of at most ${relay.limits.asset} bytes.`,
      );
  const known = relay.db.releases.find(id, release.tag);
  if (known && !known.draft) {
    if (!isSame(known, release))
      throw conflict(`${release.tag} is out, and a release never changes. Take the next version.`);
  } else relay.db.releases.save(id, release, member.user.id);
  const saved = requireRelease(relay, member.project, release.tag);
  response.status(known ? 200 : 201).json(success(await infoOf({ relay, request }, member.project, saved)));
}

const isSame = (known: StoredRelease, { commitId, files }: Pick<StoredRelease, 'commitId' | 'files'>) =>
  known.commitId === commitId &&
  known.files.length === files.length &&
  known.files.every(({ name, oid }, at) => files[at]?.name === name && files[at].oid === oid);

async function letOutOrBack({ relay, request, response, member }: MemberCall): Promise<void> {
  const { draft } = await relay.readJson(request, response, draftRequest);
  const { project } = member;
  const release = requireRelease(relay, project, pathPart(request, 'tag'));
  if (!draft && release.draft) await requireWhole(relay, project, release);
  relay.db.releases.setDraft(project.id, release.tag, draft);
  const info = await infoOf({ relay, request }, project, requireRelease(relay, project, release.tag));
  if (draft !== release.draft) tell(relay, member, info);
  response.json(success(info));
}

/** Those who follow the project. */
function tell(relay: Call['relay'], { user, project }: Member, { tag, draft, page }: ReleaseInfo): void {
  const change: ProjectChange = {
    changeId: randomUUID(),
    projectId: project.id,
    kind: 'message',
    author: user.name,
    timestamp: new Date().toISOString(),
    message: draft ? `${tag} is a draft again` : `${tag} is out: ${page}`,
  };
  relay.feed.publish(project.id, [relay.db.events.add(change)]);
}

/** Players get what the tag names, and all of it. @throws RelayError 409 */
async function requireWhole(
  relay: Call['relay'],
  project: Project,
  { tag, commitId, files }: StoredRelease,
): Promise<void> {
  const repository = relay.folder.repository(project.id);
  // The pattern of release tags lets nothing through that git would take for an option or another ref.
  const named = await relay.git
    .output(repository, ['rev-parse', '--verify', '--quiet', `refs/tags/${tag}^{commit}`])
    .catch(() => '');
  if (named.trim() !== commitId)
    throw conflict(`The tag ${tag} is not here, or names another snapshot. Send it first: modsync sync`);
  const words = await relay.git.output(repository, ['cat-file', 'tag', `refs/tags/${tag}`]).catch(() => '');
  for (const file of files) {
    if (file.name.endsWith('.zip') && !words.includes(file.oid))
      throw conflict(`The tag ${tag} does not name ${file.name} with these bytes.`);
    if ((await receivedOf(relay.folder, project.id, file)) !== file.size)
      throw conflict(`${file.name} is not whole yet. Send the rest of it first.`);
  }
}

async function choose({ relay, request, response, member }: MemberCall): Promise<void> {
  const { audience } = await relay.readJson(request, response, audienceRequest);
  relay.db.releases.setAudience(member.project.id, audience);
  response.json(success({ audience }));
}

async function showAll({ relay, request, response, reader }: ReaderCall): Promise<void> {
  const { project, member } = reader;
  const seen = relay.db.releases.list(project.id).filter(({ draft }) => member !== undefined || !draft);
  const infos = await Promise.all(seen.map((one) => infoOf({ relay, request }, project, one)));
  sendPage({ relay, request, response, reader }, releasesPage(shown({ relay, request }, project), infos));
}

async function show(call: ReaderCall): Promise<void> {
  const { project } = call.reader;
  const release = requireVisible(call);
  sendPage(call, releasePage(shown(call, project), await infoOf(call, project, release)));
}

async function download(call: ReaderCall): Promise<void> {
  const { relay, request, response, reader } = call;
  const release = requireVisible(call);
  const [oid, name] = [pathPart(request, 'oid'), pathPart(request, 'name')];
  const file = release.files.find((one) => one.oid === oid && one.name === name);
  const opened = file && (await openAsset(relay.folder, reader.project.id, file.oid));
  if (!file || !opened) throw notFound();
  const isOpen = !release.draft && relay.db.releases.audience(reader.project.id) === 'public';
  response.attachment(file.name);
  await sendAsset(request, response, opened, {
    ETag: `"${file.oid}"`,
    'Cache-Control': `${isOpen ? 'public' : 'private'}, max-age=31536000, immutable`,
    'Content-Type': TYPES[file.name.slice(file.name.lastIndexOf('.'))] ?? 'application/octet-stream',
  });
}

/** Nothing that a browser would run. */
const TYPES: Readonly<Record<string, string>> = {
  '.zip': 'application/zip',
  '.json': 'application/json; charset=utf-8',
  '.sha256': 'text/plain; charset=utf-8',
};

function sendPage({ response, reader }: ReaderCall, html: string): void {
  response
    // a release can become a draft again at any time, and what members see is theirs
    .set({ ...PAGE_HEADERS, 'Cache-Control': reader.member ? 'private, no-store' : 'no-cache' })
    .type('html')
    .send(html);
}

function requireVisible({ relay, request, reader }: ReaderCall): StoredRelease {
  const release = requireRelease(relay, reader.project, pathPart(request, 'tag'));
  if (release.draft && reader.member === undefined) throw notFound();
  return release;
}

function requireRelease(relay: Call['relay'], project: Project, tag: string): StoredRelease {
  const release = RELEASE_TAG.test(tag) ? relay.db.releases.find(project.id, tag) : undefined;
  if (!release) throw notFound();
  return release;
}

const conflict = (message: string) => new RelayError(409, 'RELEASE_REFUSED', message);

type Asked = Pick<Call, 'relay' | 'request'>;

const shown = ({ relay, request }: Asked, { id, name }: Project) => ({
  name,
  url: `${relay.baseUrl(request)}${relayRoutes.releasesPage(id)}`,
});

async function infoOf(
  { relay, request }: Asked,
  { id }: Project,
  release: StoredRelease,
): Promise<ReleaseInfo> {
  const base = relay.baseUrl(request);
  const { tag, files, ...rest } = release;
  return {
    ...rest,
    tag,
    page: `${base}${relayRoutes.releasePage(id, tag)}`,
    files: await Promise.all(
      files.map(async (file) => ({
        name: file.name,
        size: file.size,
        sha256: file.oid,
        received: await receivedOf(relay.folder, id, file),
        url: `${base}${relayRoutes.releaseFile(id, tag, file.oid, encodeURIComponent(file.name))}`,
      })),
    ),
  };
}
