import type { FileDiff } from '../../index.ts';
import type { Command } from '../context.ts';
import { columns, count, shown, size } from '../format.ts';
import type { Paint } from '../output.ts';

export interface DiffOptions {
  readonly from?: string;
  readonly to?: string;
  readonly stat?: boolean;
  readonly nameOnly?: boolean;
}

export const diff: Command<DiffOptions> = async ({ from, to, stat, nameOnly }, context) => {
  const { engine, projectId } = await context.reachProject();
  const files = await engine.diffProject(projectId, from, to);
  return {
    data: nameOnly ? files.map(({ path, kind }) => ({ path, kind })) : files,
    text: (paint) => {
      if (files.length === 0) return [];
      if (nameOnly) return files.map(({ path }) => shown(path));
      return stat ? statLines(files, paint) : files.flatMap((file) => patchLines(file, paint));
    },
  };
};

const BAR_WIDTH = 30;

function statLines(files: readonly FileDiff[], paint: Paint): string[] {
  const counted = files.map((file) => ({ file, ...countLines(file.patch) }));
  const most = Math.max(1, ...counted.map(({ added, removed }) => added + removed));
  const scale = Math.min(1, BAR_WIDTH / most);
  const rows = counted.map(({ file, added, removed }) => [
    ` ${shown(file.path)}`,
    file.patch === undefined
      ? sizes(file)
      : `${String(added + removed).padStart(4)} ${paint('green', '+'.repeat(Math.ceil(added * scale)))}${paint('red', '-'.repeat(Math.ceil(removed * scale)))}`,
  ]);
  const sum = (key: 'added' | 'removed') => counted.reduce((total, one) => total + one[key], 0);
  return [
    ...columns(rows),
    ` ${count(files.length, 'file')} changed, ${count(sum('added'), 'line')} added, ${count(sum('removed'), 'line')} removed`,
  ];
}

function countLines(patch = ''): { added: number; removed: number } {
  let added = 0;
  let removed = 0;
  for (const line of patch.split('\n')) {
    if (line.startsWith('+') && !line.startsWith('+++ ')) added++;
    else if (line.startsWith('-') && !line.startsWith('--- ')) removed++;
  }
  return { added, removed };
}

function sizes({ kind, sizeBefore = 0, sizeAfter = 0 }: FileDiff): string {
  if (kind === 'added') return `new, ${size(sizeAfter)}`;
  if (kind === 'deleted') return `deleted, ${size(sizeBefore)}`;
  return `${size(sizeBefore)} → ${size(sizeAfter)}`;
}

function patchLines(file: FileDiff, paint: Paint): string[] {
  const title = paint(
    'bold',
    `${file.kind === 'modified' ? 'changed' : file.kind === 'added' ? 'new' : 'deleted'}: ${shown(file.path)}`,
  );
  if (file.patch === undefined)
    return [title, `  ${file.binary ? 'binary' : 'too large to show'}: ${sizes(file)}`, ''];
  const lines = file.patch.replace(/\n$/, '').split('\n');
  return [
    title,
    ...lines.map((line) => paintLine(shown(line.replace(/\r$/, ''), { lines: true }), paint)),
    '',
  ];
}

function paintLine(line: string, paint: Paint): string {
  if (line.startsWith('@@')) return paint('cyan', line);
  if (line.startsWith('+')) return paint('green', line);
  if (line.startsWith('-')) return paint('red', line);
  return line;
}
