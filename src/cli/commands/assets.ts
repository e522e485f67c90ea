import type { AssetEntry, ChosenParts, FetchedAssets, Parts } from '../../index.ts';
import type { Command, CommandContext } from '../context.ts';
import { UsageError } from '../exit.ts';
import { columns, count, shown, size } from '../format.ts';
import type { Answer, Paint } from '../output.ts';

export interface AssetsOptions {
  readonly action: string;
  /** Patterns as in `.gitignore`. */
  readonly paths: readonly string[];
  readonly without?: readonly string[];
  readonly all?: boolean;
}

type Action = (options: AssetsOptions, context: CommandContext) => Promise<Answer>;

export const assets: Command<AssetsOptions> = async (options, context) => {
  const action = actions[options.action];
  if (!action) throw new UsageError(`"${options.action}" is not one of: ${Object.keys(actions).join(', ')}.`);
  if (options.action !== 'only' && (options.without || options.all))
    throw new UsageError('--without and --all go with "modsync assets only".');
  return await action(options, context);
};

const actions: Readonly<Record<string, Action>> = {
  async ls({ paths }, context) {
    const { engine, projectId } = await context.reachProject();
    const found = await engine.listAssets(projectId, paths);
    return {
      data: found,
      text: (paint) => (found.length === 0 ? 'No assets.' : columns(found.map((one) => row(one, paint)))),
    };
  },

  async fetch({ paths }, context) {
    const { engine, projectId } = await context.reachProject();
    const fetched = await engine.fetchAssets(projectId, paths, context.call);
    return {
      data: fetched,
      text: (paint) => fetchedText(fetched, paint),
      warnings: absentWarnings(fetched),
    };
  },

  async drop({ paths }, context) {
    const { engine, projectId } = await context.reachProject();
    const dropped = await engine.dropAssets(projectId, paths, context.call);
    const kept =
      dropped.kept > 0
        ? `; ${count(dropped.kept, 'copy stays', 'copies stay')}: the remote has not got them`
        : '';
    return {
      data: dropped,
      text: (paint) =>
        `${paint('green', '✓')} Freed ${size(dropped.bytes)} in ${count(dropped.objects, 'copy', 'copies')}${kept}.`,
    };
  },

  async only({ paths, without = [], all }, context) {
    const { engine, projectId } = await context.reachProject();
    if (!all && paths.length + without.length === 0) {
      const parts = await engine.getParts(projectId);
      return { data: parts, text: () => partsText(parts) };
    }
    if (all && paths.length + without.length > 0)
      throw new UsageError('--all takes everything: name no patterns beside it.');
    const chosen = await engine.chooseParts(projectId, { only: paths, without }, context.call);
    return {
      data: chosen,
      text: (paint) => chosenText(chosen, paint),
      warnings: [
        ...chosen.kept.map((path) => `${path} stays: it was changed here, or the remote has not got it yet.`),
        ...absentWarnings(chosen),
      ],
    };
  },
};

function row({ path, size: bytes, cached, onDisk, wanted }: AssetEntry, paint: Paint): string[] {
  const where =
    onDisk === 'content'
      ? paint('green', cached ? 'here' : 'here, not cached')
      : wanted
        ? paint('yellow', cached ? 'cached' : 'missing')
        : paint('dim', 'left out');
  return [shown(path), size(bytes), where];
}

const absentWarnings = ({ absent }: FetchedAssets): string[] =>
  absent.map((path) => `${path}: the remote has not got its bytes (yet). Whoever added it should sync.`);

function fetchedText({ files, bytes, restored }: FetchedAssets, paint: Paint): string[] {
  if (files === 0 && restored === 0) return [`${paint('green', '✓')} Everything asked for is here.`];
  return [
    `${paint('green', '✓')} ${count(files, 'asset')} fetched (${size(bytes)}), ${count(restored, 'file')} put in place of pointers.`,
  ];
}

export function partsText({ only, without }: Parts): string {
  if (only.length + without.length === 0) return 'This copy has all parts of the project.';
  const parts = [
    only.length > 0 ? `only ${only.map((pattern) => shown(pattern)).join(', ')}` : 'all',
    without.length > 0 && `without ${without.map((pattern) => shown(pattern)).join(', ')}`,
  ].filter((part) => part !== false);
  return `This copy has ${parts.join(', ')}.`;
}

const chosenText = (chosen: ChosenParts, paint: Paint): string[] => [
  partsText(chosen),
  ...(chosen.left > 0
    ? [`${count(chosen.left, 'file')} became ${chosen.left === 1 ? 'a pointer' : 'pointers'}.`]
    : []),
  ...fetchedText(chosen, paint),
];
