/** The LFS batch API. Source: git-lfs `docs/api/batch.md`. Where the bytes go is in ../assets.ts. */
import { isOid, type ProjectId } from '../../shared/ids.ts';
import { BUNDLE_TRANSFER } from '../../shared/wire/assetBundle.ts';
import {
  type BatchAction,
  type BatchRequest,
  type BatchResponse,
  batchRequest,
  LFS_MEDIA_TYPE,
} from '../../shared/wire/lfs.ts';
import { relayRoutes } from '../../shared/wire/relay.ts';
import { signCapability } from '../access/capability.ts';
import { type Route, requireRole } from '../access/routes.ts';
import { assetSize, claimAsset } from '../assets/assetFolder.ts';
import type { RelayContext } from '../context.ts';
import type { Project } from '../db/db.ts';
import { sendCompressed } from '../http/compression.ts';
import { invalid, RelayError } from '../http/http.ts';

type BatchObject = BatchResponse['objects'][number];
type Asked = BatchRequest['objects'][number];

export const batchRoutes: readonly Route[] = [
  {
    method: 'post',
    path: relayRoutes.lfsBatch(':project'),
    access: 'viewer',
    handle: async ({ relay, request, response, member }) => {
      const batch = await relay.readJson(request, response, batchRequest, 422);
      if (batch.operation === 'upload') requireRole(member, 'editor');
      if (batch.objects.length > relay.limits.batchObjects)
        throw invalid(`At most ${relay.limits.batchObjects} objects at once; ask in smaller batches.`, 413);
      // A client that lists no transfers speaks `basic`; one that lists others must list it too.
      if (batch.transfers?.length && !batch.transfers.includes('basic'))
        throw invalid('This relay speaks the transfer "basic" only.', 422);
      if ((batch.hash_algo ?? 'sha256') !== 'sha256')
        throw new RelayError(409, 'INVALID_INPUT', 'Objects are named by their SHA-256 here.');
      if (batch.operation === 'upload') await requireRoom(relay, member.project.id, batch.objects);
      const base = relay.baseUrl(request);
      const answer: BatchResponse = {
        // every object can go by itself all the same
        transfer: batch.transfers?.includes(BUNDLE_TRANSFER) ? BUNDLE_TRANSFER : 'basic',
        objects: batch.objects.map((asked) => answerFor(relay, base, member.project, batch.operation, asked)),
      };
      await sendCompressed(
        request,
        response,
        LFS_MEDIA_TYPE,
        JSON.stringify({ ...answer, hash_algo: 'sha256' }),
      );
    },
  },
];

/** Before anything is sent: that the last object of a thousand does not fit is better known now. */
async function requireRoom(
  relay: RelayContext,
  project: ProjectId,
  objects: readonly Asked[],
): Promise<void> {
  let bytes = 0;
  for (const { oid, size } of objects)
    if (
      isOid(oid) &&
      size > 0 &&
      size <= relay.limits.asset &&
      assetSize(relay.folder, project, oid) === undefined
    )
      bytes += size;
  if (bytes > 0) (await relay.usage.room(project, bytes)).settle(0);
}

function answerFor(
  relay: RelayContext,
  base: string,
  project: Project,
  operation: BatchRequest['operation'],
  { oid, size }: Asked,
): BatchObject {
  const refuse = (code: number, message: string): BatchObject => ({ oid, size, error: { code, message } });
  if (!isOid(oid)) return refuse(422, 'The oid is not a SHA-256: 64 lowercase hex digits.');
  if (!Number.isSafeInteger(size) || size < 0) return refuse(422, 'The size is not a number of bytes.');
  if (operation === 'upload' && size > relay.limits.asset)
    return refuse(422, `This relay takes assets of at most ${relay.limits.asset} bytes.`);
  const present =
    operation === 'upload'
      ? claimAsset(relay.folder, project.id, oid)
      : assetSize(relay.folder, project.id, oid);
  if (present !== undefined && present !== size)
    return refuse(422, `The object has ${present} bytes, not ${size}: the pointer is wrong.`);
  if (operation === 'download' && present === undefined)
    return refuse(404, 'The object is not here. Whoever has it must push it again.');
  if (operation === 'upload' && present !== undefined) return { oid, size };

  const seconds = relay.limits.capabilitySeconds;
  const capability = signCapability(relay.folder.key, { operation, project: project.id, oid, size }, seconds);
  const action = (path: string): BatchAction => ({
    href: `${base}${path}`,
    header: { Authorization: `Bearer ${capability}` },
    expires_in: seconds,
  });
  const bytes = action(relayRoutes.asset(project.id, oid));
  return {
    oid,
    size,
    authenticated: true,
    actions:
      operation === 'download'
        ? { download: bytes }
        : { upload: bytes, verify: action(relayRoutes.verifyAsset(project.id, oid)) },
  };
}
