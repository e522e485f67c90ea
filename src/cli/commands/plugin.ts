/** Plugins (esp, esm, esl) in words: all that one says, or what differs between two. */
import { parsePlugin } from '../../bethesda/index.ts';
import { parsePointer } from '../../lfs/index.ts';
import {
  type DescribedPlugin,
  type DescribedRecord,
  describePlugin,
  diffPlugins,
  type PluginDifference,
  type RecordDifference,
} from '../../merge/index.ts';
import { errorBody, SyncError } from '../../shared/errors.ts';
import type { Command, CommandContext } from '../context.ts';
import { UsageError } from '../exit.ts';
import { columns, count, shown } from '../format.ts';
import type { Answer, Paint } from '../output.ts';

export interface PluginOptions {
  readonly action: string;
  readonly files: readonly string[];
}

type Action = (files: readonly string[], context: CommandContext) => Promise<Answer>;

export const plugin: Command<PluginOptions> = async ({ action, files }, context) => {
  const run = ACTIONS[action];
  if (!run) throw new UsageError(`"${action}" is not one of: ${Object.keys(ACTIONS).join(', ')}.`);
  const wanted = action === 'diff' ? 2 : 1;
  if (files.length !== wanted)
    throw new UsageError(wanted === 2 ? 'Name two plugins: before and after.' : 'Name one plugin.');
  return await run(files, context);
};

const ACTIONS: Readonly<Record<string, Action>> = {
  async show([file = ''], context) {
    const { codec } = await context.host();
    const described = describePlugin(await readPlugin(file, context), codec);
    return { data: described, text: (paint) => pluginLines(described, paint) };
  },

  async diff([before = '', after = ''], context) {
    const { codec } = await context.host();
    const difference = diffPlugins(
      await readPlugin(before, context),
      await readPlugin(after, context),
      codec,
    );
    return { data: difference, text: (paint) => differenceLines(difference, paint) };
  },

  /** Git gives up on the whole diff when this fails. */
  async textconv([file = ''], context) {
    const { codec } = await context.host();
    const bytes = await read(file, context);
    const plain: Paint = (_colour, words) => words;
    try {
      const described = describePlugin(bytes, codec);
      return { data: described, text: () => pluginLines(described, plain) };
    } catch (error) {
      const hash = codec.sha256().update(bytes).hex();
      const told = `${errorBody(error).message}\n${bytes.length} bytes, sha256 ${hash}`;
      return { data: { told }, text: () => told };
    }
  },
};

async function read(typed: string, context: CommandContext): Promise<Uint8Array> {
  const path = await context.pathFrom(typed);
  const { disk } = await context.host();
  const isFile = (await disk.lstat(path))?.kind !== 'folder';
  const bytes = isFile ? await disk.read(path) : undefined;
  if (bytes) return bytes;
  throw new SyncError('NOT_FOUND', `There is no file ${typed}.`, { data: { path } });
}

/** @throws SyncError that names the file which is no plugin, or a damaged one */
async function readPlugin(typed: string, context: CommandContext): Promise<Uint8Array> {
  const bytes = await read(typed, context);
  if (parsePointer(bytes))
    throw new SyncError(
      'ASSET_MISSING',
      `${typed} is a pointer here, and the plugin is not: modsync assets fetch ${typed}`,
      { data: { path: typed } },
    );
  try {
    parsePlugin(bytes);
  } catch (error) {
    const { code, message } = errorBody(error);
    if (code !== 'MALFORMED_PLUGIN') throw error;
    throw new SyncError('MALFORMED_PLUGIN', `${typed}: ${message}`, { data: { path: typed }, cause: error });
  }
  return bytes;
}

function pluginLines({ masters, kind, header, records }: DescribedPlugin, paint: Paint): string[] {
  return [
    `masters: ${masters.map((name) => shown(name)).join(', ') || 'none'}`,
    ...(kind.length > 0 ? [`kind: ${kind.join(', ')}`] : []),
    ...header.map(({ name, text }) => `${name}: ${shown(text)}`),
    ...records.flatMap((record) => ['', ...recordLines(record, paint)]),
  ];
}

/** The first line begins with a letter: Git shows it above a hunk. */
const recordLines = (record: DescribedRecord, paint: Paint): string[] => [
  title(record, paint),
  ...(record.flags ? [`  flags: ${record.flags.toString(16).padStart(8, '0')}`] : []),
  ...record.rows.map(({ name, text }) => `  ${shown(name)}: ${shown(text)}`),
];

function title(
  { type, formId, editorId, groupPath }: Pick<DescribedRecord, 'type' | 'formId' | 'editorId' | 'groupPath'>,
  paint: Paint,
): string {
  const name = editorId === undefined ? '' : ` ${shown(editorId)}`;
  const where = groupPath === type ? '' : paint('dim', `  in ${shown(groupPath)}`);
  return `${type} ${formId}${paint('bold', name)}${where}`;
}

const MARKS = { added: ['green', '+'], changed: ['yellow', '~'], deleted: ['red', '-'] } as const;

function differenceLines({ masters, header, records, noise }: PluginDifference, paint: Paint): string[] {
  const lines: string[] = [];
  const [was, is] = [masters.before.join(', '), masters.after.join(', ')];
  if (was !== is) lines.push(paint('yellow', `~ masters: ${shown(was)} → ${shown(is)}`));
  for (const row of header) lines.push(paint('yellow', '~ header'), ...rowLines([row], paint));
  for (const record of records) {
    const [colour, mark] = MARKS[record.kind];
    lines.push(`${paint(colour, mark)} ${title(record, paint)}`, ...rowLines(record.rows, paint));
  }
  const kinds = (['added', 'changed', 'deleted'] as const).map(
    (kind) => `${records.filter((record) => record.kind === kind).length} ${kind}`,
  );
  lines.push(
    records.length > 0 ? `${count(records.length, 'record')}: ${kinds.join(', ')}` : 'No record differs.',
  );
  if (noise > 0)
    lines.push(
      paint('dim', `${count(noise, 'record')} more in what the Creation Kit writes anew with each save`),
    );
  return lines;
}

const rowLines = (rows: RecordDifference['rows'], paint: Paint): string[] =>
  columns(
    rows.map(({ name, base, ours }) => [
      shown(name),
      `${base === undefined ? paint('dim', 'nothing') : paint('red', shown(base))} → ${ours === undefined ? paint('dim', 'nothing') : paint('green', shown(ours))}`,
    ]),
    '    ',
  );
