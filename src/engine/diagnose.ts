/** What `doctor` looks at in a project and its remote. The machine itself is the command's own business. */
import { isUnfinished } from '../git/index.ts';
import type { FolderEntry } from '../platform/index.ts';
import type { Remote } from '../ports/index.ts';
import { errorBody } from '../shared/errors.ts';
import { MODE } from '../shared/git.ts';
import { join } from '../shared/paths.ts';
import { describeUnderWay } from '../shared/underWay.ts';
import { trackedAssets } from './assets/assetList.ts';
import { openConflicts } from './merging/conflicts.ts';
import { type Project, shortName } from './project/Project.ts';
import { saidIn } from './project/projectFile.ts';
import { setUpStockGit, stockGitFilter } from './stockGit/StockGit.ts';
import { recover } from './sync/moveHead.ts';
import type { Finding } from './types.ts';

/** Locks that Git and modsync take, and that a killed Git leaves behind; those of single refs lie beside the refs. */
const LOCKS = ['index', 'HEAD', 'packed-refs', 'config', 'shallow'].map((name) => `${name}.lock`);
/** What the smallest sync writes. Bytes. */
const PROBE = 64 << 10;
/** A lock younger than this may well be in use. Seconds. */
const FRESH = 60;

export async function diagnoseProject(
  project: Project,
  connect: () => Promise<Remote | undefined>,
  fix: boolean,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const look = async (
    check: string,
    find: () => Promise<Omit<Finding, 'check'> | readonly Omit<Finding, 'check'>[]>,
  ) => {
    try {
      for (const finding of [await find()].flat()) findings.push({ check, ...finding });
    } catch (error) {
      findings.push({ check, state: 'bad', message: errorBody(error).message });
    }
  };
  await look('project', async () => ({
    state: 'good',
    message: `${project.name} (${project.id}) in ${project.folder}`,
  }));
  await look('own state', () => writable(project));
  await look('locks', () => locks(project, fix));
  await look('unfinished work', () => unfinished(project, fix));
  await look('repository', () => repository(project));
  await look('assets', () => assets(project));
  await look('stock git', () => stockGit(project, fix));
  await look('conflicts', () => conflicts(project));
  await look('remote', () => remoteAnswers(connect));
  await look('hints', () => hints(project, connect));
  return findings;
}

/** Writes a file of modsync's own and removes it: what is read-only or full shows in no other way on every system. */
async function writable(project: Project): Promise<Omit<Finding, 'check'>> {
  const { disk } = project.host;
  const file = project.stateFile('tmp/doctor');
  await disk.publish(file, new Uint8Array(PROBE));
  await disk.remove(file);
  return { state: 'good', message: 'can be written' };
}

async function stockGit(project: Project, fix: boolean): Promise<Omit<Finding, 'check'>> {
  const filter = (await stockGitFilter(project)) ?? (fix ? (await setUpStockGit(project)).filter : undefined);
  if (filter !== undefined) return { state: 'good', message: `${filter} keeps assets out of its history` };
  return {
    state: 'warning',
    message:
      'neither git-lfs nor modsync is its filter here: it would take assets into its history as they are',
    mend: 'modsync install',
  };
}

async function locks(project: Project, fix: boolean): Promise<Omit<Finding, 'check'>[]> {
  const found: Omit<Finding, 'check'>[] = [];
  const { disk } = project.host;
  const { gitDir } = project.repository;
  const isLock = ({ name, kind }: FolderEntry) =>
    kind === 'folder' || (name.endsWith('.lock') && !isUnfinished(name));
  const ofRefs = await disk.walk(join(gitDir, 'refs'), (_, entries) => entries.filter(isLock));
  for (const name of [...LOCKS, ...ofRefs.map((lock) => `refs/${lock.path}`)]) {
    const path = join(gitDir, name);
    const stat = await disk.lstat(path);
    if (!stat) continue;
    const age = Math.round(Date.now() / 1000 - stat.mtimeSeconds);
    // by a clock that was set back since, nothing tells how old it is
    const when = age < 0 ? 'behind with a time in the future' : `behind ${age} s ago`;
    if (Math.abs(age) < FRESH)
      found.push({
        state: 'warning',
        message: `${path} is ${Math.max(0, age)} s old: a program is at work, or was just killed.`,
        mend: 'Look again in a minute.',
      });
    else if (fix) {
      await disk.remove(path);
      found.push({ state: 'good', message: `${path} was left ${when}; removed.` });
    } else
      found.push({
        state: 'bad',
        message: `${path} was left ${when} and stops every change.`,
        mend: 'Close programs that use Git here, then: modsync doctor --fix',
      });
  }
  return found.length > 0 ? found : [{ state: 'good', message: 'none left behind' }];
}

async function unfinished(project: Project, fix: boolean): Promise<Omit<Finding, 'check'>> {
  const doing = await project.repository.mergeInProgress();
  if (doing) {
    const { what, mend } = describeUnderWay(doing);
    return { state: 'warning', message: `${what}; modsync waits.`, mend };
  }
  const journal = await project.host.disk.read(project.stateFile('journal.json'));
  if (!journal) return { state: 'good', message: 'none' };
  if (!fix)
    return {
      state: 'warning',
      message: 'A sync was stopped in the middle.',
      mend: 'The next sync finishes it by itself; or: modsync doctor --fix',
    };
  const lock = await project.lock();
  try {
    await recover(project);
  } finally {
    await lock.release();
  }
  return { state: 'good', message: 'A sync that was stopped in the middle has been finished.' };
}

async function repository(project: Project): Promise<Omit<Finding, 'check'>> {
  const { refs, graph, trees, objects } = project.repository;
  const { branch, commit } = await refs.head();
  if (!branch && (await project.repository.mergeInProgress()) === undefined)
    return {
      state: 'bad',
      message: 'HEAD is detached: no branch is checked out.',
      mend: 'git switch main, or git switch -c NAME to keep what was committed here',
    };
  const name = shortName(branch ?? 'HEAD');
  if (!commit) return { state: 'warning', message: `${name} has no snapshot yet.`, mend: 'modsync sync' };
  const files = await trees.list((await graph.commit(commit)).tree);
  const blobs = [...files.values()].filter(({ mode }) => mode !== MODE.submodule).map(({ id }) => id);
  const present = await objects.hasMany(blobs);
  const missing = present.filter((here) => !here).length;
  if (missing > 0)
    return {
      state: 'bad',
      message: `${missing} objects of the newest snapshot are missing.`,
      mend: 'git fsck tells which; a fresh clone beside this folder has them.',
    };
  return {
    state: 'good',
    message: `${name} at ${commit.slice(0, 10)}, ${files.size} files`,
  };
}

async function assets(project: Project): Promise<Omit<Finding, 'check'>> {
  const all = await trackedAssets(project);
  const isHere = ({ cached, onDisk, size }: (typeof all)[number]) =>
    cached || onDisk === 'content' || size === 0;
  const out = all.filter((asset) => !asset.wanted && !isHere(asset)).length;
  const absent = all.filter((asset) => asset.wanted && !isHere(asset));
  const [first] = absent;
  const leftOut = out > 0 ? `; ${out} are left out, as chosen (modsync assets only)` : '';
  if (!first)
    return {
      state: 'good',
      message: `${all.length} assets, ${out > 0 ? `${all.length - out} of them` : 'all'} here${leftOut}`,
    };
  return {
    state: 'warning',
    message: `${absent.length} of ${all.length} assets are not here, ${first.path} for one${leftOut}.`,
    mend: 'modsync assets fetch',
  };
}

async function conflicts(project: Project): Promise<Omit<Finding, 'check'>> {
  const open = await openConflicts(project);
  if (open.length === 0) return { state: 'good', message: 'none open' };
  return {
    state: 'warning',
    message: `${open.length} open: ${open.map(({ path }) => path).join(', ')}`,
    mend: 'modsync resolve PATH --use local|remote',
  };
}

async function remoteAnswers(connect: () => Promise<Remote | undefined>): Promise<Omit<Finding, 'check'>> {
  const remote = await connect();
  if (!remote)
    return {
      state: 'warning',
      message: 'This project has no remote: it is only here.',
      mend: 'modsync init --relay URL',
    };
  const started = performance.now();
  const { refs } = await remote.history.listRefs();
  return {
    state: 'good',
    message: `${remote.url} answers in ${Math.round(performance.now() - started)} ms, ${refs.size} ${refs.size === 1 ? 'ref' : 'refs'}`,
  };
}

/** Where changes of others are heard of, of a project whose host tells nobody by itself. */
async function hints(
  project: Project,
  connect: () => Promise<Remote | undefined>,
): Promise<Omit<Finding, 'check'> | readonly []> {
  const following = (await connect())?.following;
  if (!following) return [];
  const source = (await saidIn(project.host.disk, project.folder))?.hints;
  if (!source)
    return {
      state: 'good',
      message: 'modsync looks for changes now and then. With a relay they are there at once: modsync follow',
    };
  try {
    await following.check(source);
    return { state: 'good', message: `${source.relay} tells of changes at once` };
  } catch (error) {
    return {
      state: 'warning',
      message: `${source.relay} does not tell of changes, so modsync looks for them: ${errorBody(error).message}`,
      mend: `If the relay is there, an admin makes a new key: modsync follow --relay ${source.relay}`,
    };
  }
}
