/** What has piled up, by Git's own measure, and which of it is taken together. Source: git's builtin/gc.c. */
import type { Host } from '../../platform/index.ts';
import { isObjectId, type ObjectId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import type { GitConfig } from '../config.ts';

type Disk = Host['disk'];

/** Git's defaults for `gc.auto` and `gc.autoPackLimit`. */
const LOOSE_LIMIT = 6700;
const PACK_LIMIT = 50;
/** Ids are hashes: one of the 256 folders tells how full all are. The one that Git looks at. */
const SAMPLE = '17';
/** Objects in one new pack; more wait for the next time. */
const MOST_LOOSE = 50_000;

export interface SourcePack {
  /** `pack-…` */
  readonly name: string;
  readonly size: number;
  /** Seconds since 1970. */
  readonly made: number;
}

export async function isPiledUp(disk: Disk, gitDir: string, config: GitConfig): Promise<boolean> {
  const looseLimit = numberOf(config.get('gc.auto'), LOOSE_LIMIT);
  if (looseLimit <= 0) return false;
  const sample = (await disk.list(join(gitDir, 'objects', SAMPLE))) ?? [];
  const loose = sample.filter(({ name }) => isObjectId(SAMPLE + name)).length;
  if (loose > Math.ceil(looseLimit / 256)) return true;
  const packLimit = numberOf(config.get('gc.autopacklimit'), PACK_LIMIT);
  return packLimit > 0 && packNames(await packFolder(disk, gitDir)).length > packLimit;
}

function numberOf(value: string | undefined, fallback: number): number {
  const [, digits, unit] = /^\s*(-?\d+)\s*([kmg]?)\s*$/i.exec(value ?? '') ?? [];
  if (digits === undefined) return fallback;
  return Number(digits) * 1024 ** ' kmg'.indexOf(unit ? unit.toLowerCase() : ' ');
}

const packFolder = async (disk: Disk, gitDir: string): Promise<Set<string>> =>
  new Set(((await disk.list(join(gitDir, 'objects/pack'))) ?? []).map(({ name }) => name));

/** Whole packs, but those that somebody keeps, that a partial clone needs, or in which Git keeps what is unreachable. */
function packNames(files: ReadonlySet<string>): string[] {
  return [...files]
    .filter((file) => file.startsWith('pack-') && file.endsWith('.idx'))
    .map((file) => file.slice(0, -4))
    .filter(
      (name) =>
        files.has(`${name}.pack`) &&
        !['keep', 'promisor', 'mtimes'].some((ending) => files.has(`${name}.${ending}`)),
    );
}

export async function listPacks(disk: Disk, gitDir: string): Promise<SourcePack[]> {
  const folder = join(gitDir, 'objects/pack');
  const names = packNames(await packFolder(disk, gitDir));
  const stats = await disk.lstatMany(
    folder,
    names.map((name) => `${name}.pack`),
  );
  return names.flatMap((name, i) => {
    const stat = stats[i];
    return stat ? [{ name, size: stat.size, made: stat.mtimeSeconds }] : [];
  });
}

/**
 * The small ones. A pack that is more than twice as large as all smaller ones together stays as it is, so that each
 * byte is copied only a few times over the years. Oldest first.
 */
export function choosePacks(packs: readonly SourcePack[], maxBytes: number): SourcePack[] {
  const bySize = [...packs].sort((a, b) => a.size - b.size);
  const chosen: SourcePack[] = [];
  let total = 0;
  for (const pack of bySize) {
    if (total + pack.size > maxBytes || (chosen.length > 1 && pack.size > 2 * total)) break;
    chosen.push(pack);
    total += pack.size;
  }
  return chosen.sort((a, b) => a.made - b.made || (a.name < b.name ? -1 : 1));
}

/** Loose objects at least `minAge` seconds old. An empty one, left by a crash of the machine, is no object. */
export async function listLoose(disk: Disk, gitDir: string, minAge: number): Promise<ObjectId[]> {
  const files = await disk.walk(join(gitDir, 'objects'), (folder, entries) =>
    entries.filter(({ name, kind }) =>
      folder === '' ? kind === 'folder' && /^[0-9a-f]{2}$/.test(name) : isObjectId(folder + name),
    ),
  );
  const newest = Date.now() / 1000 - minAge;
  return files
    .filter(
      ({ stat }) => stat.kind === 'file' && stat.size > 0 && (minAge === 0 || stat.mtimeSeconds <= newest),
    )
    .slice(0, MOST_LOOSE)
    .map(({ path }) => path.replace('/', '') as ObjectId); // named like an object: `isObjectId` above
}
