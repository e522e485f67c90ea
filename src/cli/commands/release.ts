import type { MadeRelease, ReleaseFault, VerifiedRelease } from '../../index.ts';
import { text } from '../../shared/bytes.ts';
import { hasCode, SyncError } from '../../shared/errors.ts';
import type { Command, CommandContext } from '../context.ts';
import { UsageError } from '../exit.ts';
import { count, shown, size } from '../format.ts';
import type { Answer, Paint } from '../output.ts';

export interface ReleaseCommandOptions {
  readonly version?: string;
  readonly notes?: string;
  readonly prerelease?: boolean;
  readonly dryRun?: boolean;
  readonly out?: string;
  readonly verify?: string;
  readonly archive?: string;
}

const MOST_PATHS = 20;

export const release: Command<ReleaseCommandOptions> = async (options, context) => {
  const { version, verify, archive, notes, prerelease, dryRun, out } = options;
  if (verify !== undefined) {
    if (version !== undefined || notes !== undefined || prerelease || dryRun || out !== undefined)
      throw new UsageError('--verify looks at a release that is there: leave the other options out.');
    return await verified(verify, archive, context);
  }
  if (version === undefined) throw new UsageError('Name the version, as in: modsync release 1.2.0');
  if (archive !== undefined) throw new UsageError('--archive goes with --verify.');
  const words = notes === undefined ? undefined : await readNotes(notes, context);
  const folder = out === undefined ? undefined : await context.pathFrom(out);
  const { engine, projectId } = await context.openProject();
  const made = await engine
    .releaseProject(projectId, version, { ...context.call, notes: words, prerelease, dryRun, out: folder })
    .catch((error: unknown) => refused(error, context));
  return { data: made, text: (paint) => releaseLines(made, paint), warnings: made.warnings };
};

/** A line for each fault; programs get them in the one message. */
function refused(error: unknown, { output }: CommandContext): never {
  if (output.json || !hasCode(error, 'RELEASE_REFUSED')) throw error;
  const { version, faults } = error.data as { version: string; faults: readonly ReleaseFault[] }; // as it is thrown
  for (const { message } of faults) output.note(`- ${shown(message)}`);
  throw new SyncError('RELEASE_REFUSED', `${version} cannot be released yet. Nothing was changed.`);
}

async function readNotes(typed: string, context: CommandContext): Promise<string> {
  const path = await context.pathFrom(typed);
  const bytes = await (await context.host()).disk.read(path);
  if (bytes) return text(bytes).replace(/^\uFEFF/, '');
  throw new SyncError('NOT_FOUND', `There is no file ${typed}.`, { data: { path } });
}

async function verified(
  version: string,
  archive: string | undefined,
  context: CommandContext,
): Promise<Answer> {
  const { engine, projectId } = await context.openProject();
  const found = await engine.verifyRelease(projectId, version, {
    ...context.call,
    archive: archive === undefined ? undefined : await context.pathFrom(archive),
  });
  return { data: found, text: (paint) => verifiedLines(found, paint) };
}

function verifiedLines(found: VerifiedRelease, paint: Paint): string[] {
  return [
    `${paint('green', '✓')} ${found.tag} makes the archive that it names: ${count(found.files, 'file')}, ${size(found.size)}, built again just now.`,
    `  sha256 ${found.sha256}`,
    ...(found.archive === undefined ? [] : [`  The same bytes: ${shown(found.archive)}`]),
  ];
}

function releaseLines(made: MadeRelease, paint: Paint): string[] {
  const { archive, files, stamped, leftOut } = made;
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const kind = made.prerelease ? 'Pre-release' : 'Release';
  const lines = archive
    ? [
        `${paint('green', '✓')} ${kind} ${paint('bold', made.version)}: ${count(files.length, 'file')}, ${size(bytes)}, packed ${size(archive.size)}.`,
        `  ${shown(archive.path)}`,
        `  sha256 ${archive.sha256}`,
      ]
    : [
        `${kind} ${paint('bold', made.version)} can be made: ${count(files.length, 'file')}, ${size(bytes)}. Nothing was changed.`,
        ...files.slice(0, MOST_PATHS).map(({ path }) => `  ${shown(path)}`),
        ...(files.length > MOST_PATHS ? [paint('dim', `  and ${files.length - MOST_PATHS} more`)] : []),
      ];
  if (leftOut.length > 0) {
    const names = leftOut.slice(0, 5).map((path) => shown(path));
    const more = leftOut.length > 5 ? `, and ${leftOut.length - 5} more` : '';
    lines.push(paint('dim', `  stays at home: ${names.join(', ')}${more}`));
  }
  if (stamped.length > 0)
    lines.push(
      `  ${archive ? 'says' : 'will say'} ${made.version} now: ${stamped.map((path) => shown(path)).join(', ')}`,
    );
  lines.push(
    '',
    ...made.changelog
      .trimEnd()
      .split('\n')
      .map((line) => shown(line)),
  );
  if (archive) lines.push('', `Next:  modsync sync    send the tag ${made.tag}`);
  return lines;
}
