/** What is wrong, or soon will be, with the FormIDs of the project's plugins. Changes nothing. */
import {
  editorIdOf,
  isPlugin,
  objectIdRange,
  ownRecords,
  type Plugin,
  parsePlugin,
} from '../../bethesda/index.ts';
import { parsePointer } from '../../lfs/index.ts';
import { errorBody } from '../../shared/errors.ts';
import { overlaps } from '../../shared/idRanges.ts';
import type { Project } from '../project/Project.ts';
import { meetingText, newRecords, type Own, recordName } from './collisions.ts';
import { hexId, type Lease, leasesOf } from './leases.ts';
import { pluginOnDisk } from './plugins.ts';
import { strayRecords } from './strays.ts';

export interface FormIdFinding {
  readonly plugin: string;
  readonly state: 'warning' | 'bad';
  readonly message: string;
}

export interface FormIdReport {
  readonly plugins: readonly {
    readonly plugin: string;
    readonly records: number;
    /** Free object ids, as the plugin's flags allow them. */
    readonly free: number;
    readonly leases: readonly Lease[];
  }[];
  readonly findings: readonly FormIdFinding[];
}

/** @param paths none: every plugin of the newest snapshot */
export async function checkFormIds(project: Project, paths: readonly string[]): Promise<FormIdReport> {
  const { repository } = project;
  const tree = await repository.headTree();
  const all = tree ? [...(await repository.trees.list(tree)).keys()].filter(isPlugin) : [];
  const plugins: FormIdReport['plugins'][number][] = [];
  const findings: FormIdFinding[] = [];
  for (const path of paths.length > 0 ? paths : all) {
    const note = (state: FormIdFinding['state'], message: string) =>
      findings.push({ plugin: path, state, message });
    const bytes = await pluginOnDisk(project, path);
    if (parsePointer(bytes)) continue;
    try {
      const plugin = parsePlugin(bytes);
      const leases = await leasesOf(project, path);
      const own = ownRecords(plugin);
      const [lowest, highest] = objectIdRange(plugin);
      checkRange(project, plugin, own, note);
      checkNames(project, own, note);
      checkLeases(leases, note);
      await checkAgainstRemote(project, path, own, leases, note);
      const free = highest - lowest + 1 - own.size;
      plugins.push({ plugin: path, records: own.size, free, leases });
    } catch (error) {
      note('bad', errorBody(error).message);
    }
  }
  return { plugins, findings };
}

type Note = (state: FormIdFinding['state'], message: string) => void;

function checkRange(project: Project, plugin: Plugin, own: Own, note: Note): void {
  const [lowest, highest] = objectIdRange(plugin);
  let largest = 0;
  let outside = 0;
  for (const [id, records] of own) {
    largest = Math.max(largest, id);
    if (id < lowest || id > highest) outside++;
    if (records.length > 1)
      note(
        'bad',
        `${records.map((record) => recordName(project, record)).join(' and ')} have one FormID (${hexId(id)}).`,
      );
  }
  if (outside > 0)
    note(
      plugin.isLight ? 'bad' : 'warning',
      `${outside} of its records have object ids outside ${hexId(lowest)} to ${hexId(highest)}${plugin.isLight ? ', where the game does not find those of a light plugin: compact its FormIDs' : ''}.`,
    );
  if (own.has(plugin.nextObjectId))
    note(
      'warning',
      `Its next object id, ${hexId(plugin.nextObjectId)}, is taken. The Creation Kit goes on from ${hexId(largest + 1)} when it saves.`,
    );
}

/** Two people may give two records one EditorID; they merge, as their FormIDs differ. */
function checkNames({ host }: Project, own: Own, note: Note): void {
  const named = new Map<string, { readonly name: string; readonly ids: number[] }>();
  for (const [id, [record]] of own) {
    const name = record && editorIdOf(record, host.codec);
    if (!name) continue;
    const same = named.get(name.toLowerCase()) ?? { name, ids: [] };
    same.ids.push(id);
    named.set(name.toLowerCase(), same);
  }
  for (const { name, ids } of named.values())
    if (ids.length > 1)
      note(
        'warning',
        `${ids.length} records are called ${name} (${ids.slice(0, 4).map(hexId).join(', ')}): rename all but one, or the Creation Kit will.`,
      );
}

function checkLeases(leases: readonly Lease[], note: Note): void {
  leases.forEach((lease, at) => {
    const first = leases.slice(0, at).find((other) => other.email !== lease.email && overlaps(other, lease));
    if (first)
      note(
        'warning',
        `${lease.who} leased ${hexId(lease.from)} to ${hexId(lease.to)} after ${first.who} had leased ${hexId(first.from)} to ${hexId(first.to)}. ${lease.who} should lease again.`,
      );
  });
}

/** New records here, against new ones of the remote and against the leases. */
async function checkAgainstRemote(
  project: Project,
  path: string,
  own: Own,
  leases: readonly Lease[],
  note: Note,
): Promise<void> {
  const found = await newRecords(project, path, own);
  if (!found) return;
  for (const meeting of found.meetings)
    note(
      'bad',
      `${meetingText(meeting)} "modsync formid lease" reserves free ones, so that it does not happen again.`,
    );
  for (const message of strayRecords(leases, project.identity.email, found.fresh))
    note('warning', `${message}.`);
}
