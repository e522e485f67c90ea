/** `.modsync.json`, committed at the top of every project: what it is, and the rules it goes by. */
import { z } from 'zod';
import type { Disk } from '../../platform/index.ts';
import type { HintSource } from '../../ports/index.ts';
import { text, utf8 } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';
import { isProjectId, type ProjectId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';

export const PROJECT_FILE = '.modsync.json';
/** The same of a repository that has none: in this working copy only, so that nobody's repository is changed. */
export const LOCAL_PROJECT_FILE = '.git/modsync/project.json';

const schema = z.looseObject({
  /** Version of this file's format. */
  modsync: z.literal(1, { error: 'is a format that this modsync does not know; a newer one may' }),
  projectId: z.string().refine(isProjectId, { error: 'is not a project id' }),
  name: z.string().trim().min(1).max(100),
  game: z.string().default('fallout4'),
  rules: z.record(z.string(), z.unknown()).default({}),
  /** Leases of object ids, by plugin (formIds/leases.ts). */
  formIds: z.unknown().optional(),
  /** Who tells of changes, where the host of the history cannot: a relay that follows it. */
  hints: z
    .object({ relay: z.url({ protocol: /^https?$/ }).max(300), key: z.string().min(1).max(200) })
    .optional()
    .catch(undefined),
});
export type ProjectFile = z.infer<typeof schema>;

/** @throws SyncError `INVALID_CONFIG` with every fault */
export function parseProjectFile(bytes: Uint8Array): ProjectFile {
  let value: unknown;
  try {
    value = JSON.parse(text(bytes).replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new SyncError(
      'INVALID_CONFIG',
      `${PROJECT_FILE} is not valid JSON. Mend it, or bring the committed one back: git checkout -- ${PROJECT_FILE}`,
      { cause },
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`,
  );
  throw new SyncError(
    'INVALID_CONFIG',
    `${PROJECT_FILE} cannot be used: ${faults.join('; ')}. Mend it, or bring the committed one back: git checkout -- ${PROJECT_FILE}`,
    { data: { faults } },
  );
}

/** What a folder says that it is; `undefined`: no project. @throws SyncError `INVALID_CONFIG` */
export async function projectFileAt(disk: Disk, folder: string): Promise<ProjectFile | undefined> {
  const bytes =
    (await disk.read(join(folder, PROJECT_FILE))) ?? (await disk.read(join(folder, LOCAL_PROJECT_FILE)));
  return bytes && parseProjectFile(bytes);
}

/** `.modsync.json` with other hints, or with none. */
export function withHints(projectFile: Uint8Array, hints: HintSource | undefined): Uint8Array {
  parseProjectFile(projectFile);
  // it is an object, as the parser found
  const { hints: _, ...value } = JSON.parse(text(projectFile).replace(/^\uFEFF/, '')) as Record<
    string,
    unknown
  >;
  const kept = hints && { hints: { relay: hints.relay, key: hints.key } };
  return utf8(`${JSON.stringify({ ...value, ...kept }, null, 2)}\n`);
}

/** What others than the engine may want to know of it; a file that is not there, or cannot be read, says nothing. */
export async function saidIn(
  disk: Disk,
  folder: string,
): Promise<{ readonly projectId: ProjectId; readonly hints?: HintSource } | undefined> {
  try {
    const said = await projectFileAt(disk, folder);
    if (!said) return undefined;
    const { projectId, hints } = said;
    return {
      projectId,
      ...(hints && { hints: { relay: hints.relay.replace(/\/+$/, ''), projectId, key: hints.key } }),
    };
  } catch {
    return undefined;
  }
}

export const formatProjectFile = (projectId: ProjectId, name: string): Uint8Array =>
  utf8(`${JSON.stringify({ modsync: 1, projectId, name, game: 'fallout4', rules: {} }, null, 2)}\n`);

/** `My Mod: Rebirth` → `my-mod-rebirth-x7k2m9`: readable, and different for two mods of one name. */
export function makeProjectId(name: string, random: Uint8Array): ProjectId {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  const suffix = Array.from(random.subarray(0, 6), (byte) => (byte % 36).toString(36)).join('');
  // made of the letters that a project id may have
  return `${slug || 'project'}-${suffix}` as ProjectId;
}
