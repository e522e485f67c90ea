/** What a proposal changes, for those who decide about it: Markdown, plugins record by record. */
import { classify } from '../../bethesda/index.ts';
import { diffPlugins, type PluginDifference, type RecordDifference } from '../../merge/index.ts';
import { hasCode } from '../../shared/errors.ts';
import type { TreeChange } from '../../shared/git.ts';
import type { CommitId } from '../../shared/ids.ts';
import type { Project } from '../project/Project.ts';
import { content, fileLines, wordsSince } from '../releases/changelog.ts';
import { changedPath } from '../snapshot/messages.ts';

/** Shown one by one up to here; then counted. */
const MOST_RECORDS = 60;
const MOST_ROWS = 20;
const LONGEST_VALUE = 120;

/** @param since where the proposal began */
export async function describeProposal(project: Project, since: CommitId, at: CommitId): Promise<string> {
  const { graph, trees } = project.repository;
  const changes = await trees.diff((await graph.commit(since)).tree, (await graph.commit(at)).tree);
  const sections: string[] = [];
  const words = await wordsSince(project, at, since);
  if (words.length > 1) sections.push(words.map((word) => `- ${word}`).join('\n'));
  const plugins = changes.filter(({ path }) => classify(path) === 'plugin');
  for (const change of plugins) sections.push(await pluginSection(project, change));
  const others = fileLines(
    changes.filter((change) => !plugins.includes(change)),
    (path) => path,
  );
  if (others.length > 0) sections.push(`### Files\n\n${others.join('\n')}`);
  return `${sections.join('\n\n')}\n`;
}

async function pluginSection(project: Project, change: TreeChange): Promise<string> {
  const { path, kind } = changedPath(change);
  const title = `### \`${path}\``;
  if (kind !== 'modified')
    return `${title}\n\n${kind === 'added' ? 'A new plugin.' : 'The plugin is removed.'}`;
  const [before, after] = [await content(project, change.before), await content(project, change.after)];
  if (!before || !after) return `${title}\n\nToo large to look into, or not here.`;
  try {
    return `${title}\n\n${differenceText(diffPlugins(before, after, project.host.codec))}`;
  } catch (error) {
    if (hasCode(error, 'MALFORMED_PLUGIN')) return `${title}\n\nIt cannot be read as a plugin.`;
    throw error;
  }
}

const MARKS = { added: '+', changed: '!', deleted: '-' } as const;
const WORDS = { added: 'added', changed: 'changed', deleted: 'removed' } as const;

function differenceText({ masters, header, records, noise }: PluginDifference): string {
  const lines: string[] = [];
  const [was, is] = [masters.before.join(', '), masters.after.join(', ')];
  if (was !== is) lines.push(`! masters: ${was || 'none'} → ${is || 'none'}`);
  lines.push(...rowLines(header));
  for (const record of records.slice(0, MOST_RECORDS)) lines.push(titleOf(record), ...rowLines(record.rows));
  if (records.length > MOST_RECORDS) lines.push(`… and ${records.length - MOST_RECORDS} more records`);
  const counts = (['added', 'changed', 'deleted'] as const)
    .map((kind) => [records.filter((record) => record.kind === kind).length, WORDS[kind]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`);
  const said = counts.length > 0 ? `Records: ${counts.join(', ')}.` : 'No record says anything else.';
  const quiet = noise > 0 ? ` ${noise} more were only saved anew.` : '';
  return lines.length === 0 ? said + quiet : `${said}${quiet}\n\n${fenced(lines.map(plain).join('\n'))}`;
}

const titleOf = ({ kind, type, formId, editorId }: RecordDifference): string =>
  `${MARKS[kind]} ${type} ${formId}${editorId === undefined ? '' : ` ${editorId}`}`;

function rowLines(rows: RecordDifference['rows']): string[] {
  const lines = rows
    .slice(0, MOST_ROWS)
    .map(({ name, base, ours }) => `    ${name}: ${short(base)} → ${short(ours)}`);
  return rows.length > MOST_ROWS ? [...lines, `    … and ${rows.length - MOST_ROWS} more`] : lines;
}

const short = (text: string | undefined): string =>
  text === undefined ? 'nothing' : text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;

/** One line stays one. */
const plain = (line: string) => line.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, ' ');

/** A plugin's words are anybody's: in a fence that they cannot end, no "@name" calls anyone and no link is one. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}diff\n${text}\n${fence}`;
}
