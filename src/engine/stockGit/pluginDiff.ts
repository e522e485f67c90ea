/**
 * `git diff` on a plugin shows its records: a diff driver in the repository's own configuration. A `.gitattributes` may
 * name the driver wherever it goes: where nobody configured it, Git says "binary files differ" as it always did.
 */
import type { Repository } from '../../git/index.ts';
import { text, utf8 } from '../../shared/bytes.ts';
import { join } from '../../shared/paths.ts';
import { shellWords } from './filterConfig.ts';

const DRIVER = 'modsync-plugin';
const TEXTCONV = `diff.${DRIVER}.textconv`;

/** For the `.git/info/attributes` of repositories whose `.gitattributes` do not name it. */
const LINES = ['esp', 'esm', 'esl'].map((extension) => {
  const anyCase = [...extension].map((letter) => `[${letter}${letter.toUpperCase()}]`).join('');
  return `*.${anyCase} diff=${DRIVER}`;
});

/** Git gives up on the whole diff when the command fails, so where modsync is gone, the name of the content stands. */
const commandOf = ({ host }: Repository): string =>
  `f() { ${shellWords(host.command)} plugin textconv "$1" 2>/dev/null || git hash-object --no-filters "$1"; }; f`;

export async function setPluginDiff(repository: Repository): Promise<void> {
  const command = commandOf(repository);
  if (repository.config.get(TEXTCONV) !== command) await repository.config.set(TEXTCONV, command);
  const probes = await repository.attributes(['x.esp', 'x.esm', 'x.esl']);
  // a driver that somebody chose stays
  const missing = LINES.filter((_, at) => typeof probes[at]?.get('diff') !== 'string');
  if (missing.length > 0) await changeInfo(repository, (lines) => [...lines, ...missing]);
}

export async function removePluginDiff(repository: Repository): Promise<void> {
  if (repository.config.get(TEXTCONV) !== undefined) await repository.config.setMany([[TEXTCONV, undefined]]);
  await changeInfo(repository, (lines) => lines.filter((line) => !LINES.includes(line)));
}

async function changeInfo(
  { host, gitDir }: Repository,
  change: (lines: readonly string[]) => readonly string[],
): Promise<void> {
  const path = join(gitDir, 'info/attributes');
  const bytes = await host.disk.read(path);
  const before = text(bytes ?? new Uint8Array())
    .split('\n')
    .filter((line, at, all) => line !== '' || at < all.length - 1);
  const after = change(before);
  if (after.length === before.length) return;
  if (after.length > 0) await host.disk.publish(path, utf8(`${after.join('\n')}\n`));
  else await host.disk.remove(path);
}
