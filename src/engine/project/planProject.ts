/** What making a folder a project would do, before anything is done. */
import {
  filesOfPlugin,
  gitAttributes,
  gitIgnore,
  isGameFile,
  isGameFolder,
  isPlugin,
} from '../../bethesda/index.ts';
import { AttributeRules, IgnoreRules, Repository } from '../../git/index.ts';
import type { Host, WalkedFile } from '../../platform/index.ts';
import { text, utf8 } from '../../shared/bytes.ts';
import { hasCode, SyncError } from '../../shared/errors.ts';
import type { ProjectId } from '../../shared/ids.ts';
import { join, nameOf } from '../../shared/paths.ts';
import type { PlanOptions, ProjectPlan } from '../types.ts';
import { allowList } from './allowList.ts';
import { shortName } from './Project.ts';
import {
  formatProjectFile,
  makeProjectId,
  PROJECT_FILE,
  type ProjectFile,
  projectFileAt,
} from './projectFile.ts';
import { releaseWorkflow, WORKFLOW_FILE } from './releaseWorkflow.ts';

/** Files beyond this that no rule makes an asset are worth a word. Bytes. */
const LARGE = 10 * 1024 * 1024;

/** @throws SyncError `NOT_FOUND`, `PROJECT_EXISTS`, `GAME_FOLDER` (a plugin must be named), `UNSUPPORTED_REPOSITORY` */
export async function planProject(
  host: Host,
  folder: string,
  options: PlanOptions = {},
): Promise<ProjectPlan> {
  const names = await host.disk.list(folder);
  if (!names) throw new SyncError('NOT_FOUND', `There is no folder ${folder}.`, { data: { folder } });
  const projectFile = await host.disk.read(join(folder, PROJECT_FILE));
  const repository = await openIfRepository(host, folder);
  const { projectId, name } = chooseName(host, folder, await projectFileAt(host.disk, folder), options);
  const gameFolder = isGameFolder(names.map((entry) => entry.name));

  const existing = {
    ignore: await host.disk.read(join(folder, '.gitignore')),
    attributes: await host.disk.read(join(folder, '.gitattributes')),
  };
  const everything = await host.disk.walk(folder, (at, entries) =>
    entries.filter(
      (entry) => !(entry.name === '.git' && entry.kind === 'folder') && !nestedRepository(at, entries),
    ),
  );
  const plugin = gameFolder ? await choosePlugin(host, folder, everything, options.plugin) : undefined;

  const filesToWrite: { path: string; content: string }[] = [];
  if (!projectFile)
    filesToWrite.push({ path: PROJECT_FILE, content: text(formatProjectFile(projectId, name)) });
  if (!repository && !existing.attributes)
    filesToWrite.push({ path: '.gitattributes', content: gitAttributes() });
  if (plugin)
    filesToWrite.push({
      path: '.gitignore',
      content: `${existing.ignore ? text(existing.ignore) : gitIgnore()}\n${plugin.ignore}${options.workflow === undefined ? '' : '!/.github/\n'}`,
    });
  else if (!repository && !existing.ignore) filesToWrite.push({ path: '.gitignore', content: gitIgnore() });

  if (options.workflow !== undefined && !(await host.disk.lstat(join(folder, WORKFLOW_FILE))))
    filesToWrite.push({ path: WORKFLOW_FILE, content: releaseWorkflow(options.workflow) });

  const content = (path: string) => filesToWrite.find((file) => file.path === path)?.content;
  const rules = rulesFor(
    content('.gitignore') ?? existing.ignore,
    content('.gitattributes') ?? existing.attributes,
  );
  const files = (await host.disk.walk(folder, rules.visit)).filter(({ path }) => !content(path));
  const game = files.filter(({ path }) => isGameFile(path));
  const taken = gameFolder ? files.filter(({ path }) => !isGameFile(path)) : files;
  const assets = taken.filter(({ path }) => rules.isAsset(path));
  const inGit = taken.filter(({ path }) => !rules.isAsset(path));
  const own = filesToWrite.reduce((sum, file) => sum + utf8(file.content).length, 0);
  return {
    folder,
    projectId,
    name,
    branch: options.branch ?? (await currentBranch(repository)) ?? 'main',
    ...(options.relay !== undefined && { relay: options.relay }),
    ...(options.github && { github: options.github }),
    existingRepository: repository !== undefined,
    gameFolder,
    ...(plugin && { plugin: plugin.name }),
    filesToWrite,
    inGit: { files: inGit.length + filesToWrite.length, bytes: total(inGit) + own },
    asAssets: { files: assets.length, bytes: total(assets) },
    leftAlone: everything.length - taken.length,
    maybe: plugin?.maybe ?? [],
    warnings: [
      ...(game.length > 0 && !gameFolder
        ? [
            `${game.length} files of the game itself (${game
              .slice(0, 3)
              .map(({ path }) => path)
              .join(', ')}…) would be shared: that is not allowed. Move them out, or add them to .gitignore.`,
          ]
        : []),
      ...inGit
        .filter(({ path, stat }) => stat.size > LARGE && !isPlugin(path))
        .map(
          ({ path, stat }) =>
            `${path} (${Math.round(stat.size / 1e6)} MB) goes into Git itself: no rule in .gitattributes makes it an asset.`,
        ),
    ],
  };
}

async function openIfRepository(host: Host, folder: string): Promise<Repository | undefined> {
  try {
    return await Repository.open(host, folder);
  } catch (error) {
    if (hasCode(error, 'NOT_A_PROJECT')) return undefined;
    throw error;
  }
}

async function currentBranch(repository: Repository | undefined): Promise<string | undefined> {
  const branch = (await repository?.refs.head())?.branch;
  return branch && shortName(branch);
}

function chooseName(
  host: Host,
  folder: string,
  known: ProjectFile | undefined,
  { name }: PlanOptions,
): { projectId: ProjectId; name: string } {
  if (known) return { projectId: known.projectId, name: known.name };
  const chosen = (name ?? nameOf(folder)).trim() || 'project';
  return { projectId: makeProjectId(chosen, host.codec.randomBytes(6)), name: chosen };
}

const nestedRepository = (at: string, entries: readonly { readonly name: string }[]) =>
  at !== '' && entries.some(({ name }) => name === '.git');

/** In the game's own folder: the plugin that the project is about, and rules that leave everything else alone. */
async function choosePlugin(
  host: Host,
  folder: string,
  files: readonly WalkedFile[],
  wanted: string | undefined,
) {
  const plugins = files
    .map(({ path }) => path)
    .filter((path) => !path.includes('/') && isPlugin(path) && !isGameFile(path));
  const name = plugins.find((path) => path.toLowerCase() === wanted?.toLowerCase());
  if (name === undefined) {
    const which =
      plugins.length > 0
        ? `It has: ${plugins.slice(0, 20).join(', ')}.`
        : 'It has no plugin that is not the game’s: make one first.';
    const problem =
      wanted === undefined ? 'it holds the game, which is never shared' : `it has no plugin "${wanted}"`;
    throw new SyncError(
      'GAME_FOLDER',
      `${folder}: ${problem}. Name the plugin that the project is about: --plugin NAME. ${which}`,
      { data: { folder, plugins } },
    );
  }
  const bytes = await host.disk.read(join(folder, name));
  const { belongs, maybe } = filesOfPlugin(
    name,
    bytes,
    files.map(({ path }) => path),
    host.codec,
  );
  return { name, maybe, ignore: allowList(name, belongs) };
}

/** The ignore and attribute rules as they will be, for a folder that may not be a repository yet. */
function rulesFor(ignore: string | Uint8Array | undefined, attributes: string | Uint8Array | undefined) {
  const bytes = (content: string | Uint8Array | undefined) =>
    typeof content === 'string' ? utf8(content) : content;
  const ignored = new IgnoreRules([], false);
  const marked = new AttributeRules({ ignoreCase: false });
  marked.put('', bytes(attributes));
  const visit: Parameters<Host['disk']['walk']>[1] = (folder, entries, read) => {
    const has = (name: string) => entries.some((entry) => entry.name === name);
    if (folder !== '' && has('.git')) return [];
    ignored.enter(folder, folder === '' ? bytes(ignore) : has('.gitignore') ? read('.gitignore') : undefined);
    if (folder !== '') marked.put(folder, has('.gitattributes') ? read('.gitattributes') : undefined);
    return entries.filter(
      ({ name, kind }) => name !== '.git' && !ignored.isIgnored(folder, name, kind === 'folder'),
    );
  };
  return { visit, isAsset: (path: string) => marked.of(path).get('filter') === 'lfs' };
}

const total = (files: readonly WalkedFile[]) => files.reduce((sum, { stat }) => sum + stat.size, 0);
