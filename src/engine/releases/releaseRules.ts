/** `rules.release` of `.modsync.json`: what a release of this project is. Read from the snapshot, not from the disk. */
import { z } from 'zod';
import { SyncError } from '../../shared/errors.ts';
import { PROJECT_FILE, parseProjectFile } from '../project/projectFile.ts';

const path = z
  .string()
  .min(1)
  .transform((typed) => typed.replaceAll('\\', '/').replace(/^\/+|\/+$/g, ''));

const partName = z.string().regex(/^[A-Za-z0-9][\w -]{0,40}$/, {
  error: 'is not the name of a part: letters, digits, spaces, "-" and "_"',
});

const schema = z.strictObject({
  /** What the archive is called, before the version. The project's name unless given. */
  name: z
    .string()
    .regex(/^[^\\/:*?"<>|\p{Cc}]+$/u, { error: 'has characters that a file name cannot have' })
    .optional(),
  /** The project's folder that is the game's `Data`. */
  root: z
    .string()
    .transform((typed) => typed.replaceAll('\\', '/').replace(/^[./]+|\/+$/g, ''))
    .optional(),
  /** Patterns of files, relative to `Data`, that go along although the profile leaves them out. */
  include: z.array(z.string()).default([]),
  /** Patterns of files that stay at home. Wins over all else but what an installer needs. */
  exclude: z.array(z.string()).default([]),
  /** Papyrus sources go along. */
  sources: z.boolean().default(false),
  /** Archives beside the main one: a name, and the patterns of its files, relative to `Data`. The first that fits wins. */
  parts: z
    .record(partName, z.array(z.string()))
    .refine(
      (parts) =>
        new Set(Object.keys(parts).map((name) => name.toLowerCase())).size === Object.keys(parts).length,
      {
        error: 'has one name in two spellings',
      },
    )
    .default({}),
  /** Plugins of other mods that players must have. */
  requires: z.array(z.string()).default([]),
  /** Project paths of files that say the version: plugins, `fomod/info.xml`, JSON files. */
  stamp: z.array(z.union([path, z.strictObject({ path, key: z.string().min(1) })])).default([]),
});
export type ReleaseRules = z.infer<typeof schema>;

/** @throws SyncError `INVALID_CONFIG` with every fault */
export function releaseRules(
  projectFile: Uint8Array | undefined,
): ReleaseRules & { readonly project?: string } {
  if (!projectFile) return schema.parse({});
  const { rules, name } = parseProjectFile(projectFile);
  const parsed = schema.safeParse(rules.release ?? {});
  if (parsed.success) return { ...parsed.data, project: name };
  const faults = parsed.error.issues.map((issue) => `release.${issue.path.join('.')}: ${issue.message}`);
  throw new SyncError('INVALID_CONFIG', `${PROJECT_FILE}: ${faults.join('; ')}. Mend it and release again.`, {
    data: { faults },
  });
}
