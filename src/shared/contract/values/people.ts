/** Who works on a project: invites, who is there, who has locked what. */
import { z } from 'zod';
import type { CollaborationSession } from '../../types.ts';
import { commitId, list, projectId, time } from './names.ts';

export const shareResult = z
  .strictObject({
    projectId,
    inviteCode: z.string(),
    collaborators: list(z.string()),
    isPersonal: z.boolean().exactOptional(),
  })
  .meta({ id: 'ShareResult' });
export const joinResult = z
  .strictObject({
    projectId,
    name: z.string(),
    path: z.string(),
    commitId: commitId.exactOptional(),
    warnings: list(z.string()).exactOptional(),
  })
  .meta({ id: 'ProjectJoinResult' });

export const collaborationSession: z.ZodType<CollaborationSession> = z
  .strictObject({
    projectId,
    online: z.boolean(),
    participants: list(
      z.strictObject({
        name: z.string(),
        isSelf: z.boolean(),
        isPresent: z.boolean(),
        at: list(z.string()).exactOptional(),
        lastSeen: time.exactOptional(),
        lastPaths: list(z.string()).exactOptional(),
        locked: list(z.string()),
      }),
    ),
  })
  .meta({ id: 'CollaborationSession' });

const lock = {
  id: z.string(),
  path: z.string(),
  owner: z.string().exactOptional(),
  lockedAt: z.string(),
};
export const fileLock = z.strictObject(lock).meta({ id: 'FileLock' });
export const projectLock = z.strictObject({ ...lock, mine: z.boolean() }).meta({ id: 'ProjectLock' });
