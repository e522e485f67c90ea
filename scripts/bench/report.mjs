/** The table: what git took, what modsync took, the ratio, the goal. */
import { stripVTControlCharacters, styleText } from 'node:util';

const HEAD = ['work', 'git', 'modsync', 'ratio', 'goal', '', 'CPU', 'memory'];

export function table(title, rows) {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => width(line[column]))));
  const pad = (text, column) =>
    column === 0
      ? text + ' '.repeat(widths[0] - width(text))
      : ' '.repeat(widths[column] - width(text)) + text;
  const [head, ...body] = lines.map((line) => `  ${line.map(pad).join('  ')}`.trimEnd());
  return [paint('bold', `\n${title}`), paint('dim', head), ...body].join('\n');
}

/** `budget`: the highest ratio; `most`: of modsync's own value. Work that git does not do has no `git`. */
function cells({ name, git = {}, ours, budget, most, unit = 'ms' }) {
  const ratio = ours[unit] / git[unit];
  const isMet = budget === undefined ? ours[unit] <= most : ratio <= budget;
  const goal = budget === undefined ? (most === undefined ? '' : `≤ ${most} ms`) : `≤ ${budget}`;
  const met = goal === '' ? '' : isMet ? paint('green', '✓') : paint('red', '✗');
  const show = unit === 'ms' ? milliseconds : bytes;
  return [
    name,
    git[unit] === undefined ? '' : show(git[unit]),
    show(ours[unit]),
    git[unit] === undefined ? '' : ratio.toFixed(2),
    goal,
    met,
    git.cpu && ours.cpu ? (ours.cpu / git.cpu).toFixed(2) : '',
    ours.memory ? bytes(ours.memory) : '',
  ];
}

const width = (text) => stripVTControlCharacters(text).length;
const milliseconds = (ms) =>
  ms < 10_000 ? `${ms.toFixed(ms < 100 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(1)} s`;
const bytes = (count) => (count < 1e6 ? `${(count / 1e3).toFixed(1)} KB` : `${(count / 1e6).toFixed(0)} MB`);
const paint = (colour, text) =>
  process.stdout.isTTY && !process.env.NO_COLOR ? styleText(colour, text) : text;
