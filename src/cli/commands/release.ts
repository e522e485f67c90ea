import type { MadeRelease, PublishedRelease, Release, ReleaseFault, VerifiedRelease } from '../../index.ts';
import { text } from '../../shared/bytes.ts';
import { hasCode, SyncError } from '../../shared/errors.ts';
import type { Command, CommandContext } from '../context.ts';
import { UsageError } from '../exit.ts';
import { count, shown, size } from '../format.ts';
import type { Answer, Paint } from '../output.ts';

export interface ReleaseCommandOptions {
  readonly version?: string;
  readonly notes?: string;
  readonly draft?: boolean;
  readonly prerelease?: boolean;
  readonly local?: boolean;
  readonly dryRun?: boolean;
  readonly out?: string;
  readonly verify?: string;
  readonly archive?: string;
}

const MOST_PATHS = 20;

export const release: Command<ReleaseCommandOptions> = async (options, context) => {
  const { version, verify, archive, notes, draft, prerelease, local, dryRun, out } = options;
  if (verify !== undefined) {
    if (
      version !== undefined ||
      notes !== undefined ||
      draft ||
      prerelease ||
      local ||
      dryRun ||
      out !== undefined
    )
      throw new UsageError('--verify looks at a release that is there: leave the other options out.');
    return await verified(verify, archive, context);
  }
  if (version === undefined) throw new UsageError('Name the version, as in: modsync release 1.2.0');
  if (archive !== undefined) throw new UsageError('--archive goes with --verify.');
  const words = notes === undefined ? undefined : await readNotes(notes, context);
  const folder = out === undefined ? undefined : await context.pathFrom(out);
  if (local && draft) throw new UsageError('A draft is at the remote: leave --draft or --local out.');
  const { engine, projectId } = await context.openProject();
  const goesOut =
    !local && !dryRun && (await engine.releases.published(projectId, context.call)) !== undefined;
  if (draft && !dryRun && !goesOut)
    throw new UsageError('This project’s remote takes no releases, so there is no place for a draft.');
  const begun = goesOut ? await engine.releases.unfinished(projectId, version, context.call) : undefined;
  const made = begun
    ? undefined
    : await engine.releases
        .make(projectId, version, {
          ...context.call,
          notes: words,
          prerelease,
          local,
          dryRun,
          out: folder,
        })
        .catch((error: unknown) => refused(error, context));
  const published = goesOut
    ? await engine.releases
        .publish(projectId, version, { ...context.call, draft })
        .catch((error: unknown) => {
          context.output.note(
            `${made?.tag ?? begun?.tag} is made, and not out yet. Run the same command again to go on.`,
          );
          throw error;
        })
    : undefined;
  const warnings = begun
    ? resumedWarnings(
        begun,
        { ...options, words },
        (await engine.getProjectHistory(projectId, { limit: 1 }))[0],
      )
    : (made?.warnings ?? []);
  return {
    data: {
      ...(made ?? {
        version: begun?.version,
        tag: begun?.tag,
        commitId: begun?.commitId,
        resumed: true,
        warnings,
      }),
      ...(published && { published }),
    },
    text: (paint) => [
      ...(made ? releaseLines(made, paint) : []),
      ...(published ? publishedLines(published, paint).slice(made ? 0 : 1) : []),
      ...(made?.archive && !published ? ['', `Next:  modsync sync    send the tag ${made.tag}`] : []),
    ],
    warnings,
  };
};

/** What a person who runs the command again may take for done. */
function resumedWarnings(
  { tag, commitId, notes, prerelease }: Release,
  asked: ReleaseCommandOptions & { readonly words?: string | undefined },
  newest: { readonly commitId: string } | undefined,
): string[] {
  return [
    ...(newest && newest.commitId !== commitId
      ? [
          `${tag} was made of ${commitId.slice(0, 7)} before: that is what is out now. Later snapshots are for the next version.`,
        ]
      : []),
    ...(asked.words !== undefined && !notes.includes(asked.words.trim())
      ? [`The notes of ${tag} are in its tag, and stay as they are.`]
      : []),
    ...(asked.prerelease && !prerelease ? [`${tag} was made as a full release, and stays one.`] : []),
    ...(asked.out === undefined
      ? []
      : [`Nothing was copied to ${shown(asked.out)}: ${tag} was made before.`]),
  ];
}

export function publishedLines({ tag, draft, page, files }: PublishedRelease, paint: Paint): string[] {
  const state = draft
    ? `${paint('bold', tag)} is a draft, which only members see. To let it out: modsync release ${tag}`
    : `${paint('bold', tag)} is out.`;
  return [
    '',
    `${paint('green', '✓')} ${state}`,
    `  ${shown(page)}`,
    ...files.filter(({ name }) => name.endsWith('.zip')).map(({ url }) => `  ${shown(url)}`),
  ];
}

/** A line for each fault; programs get them in the one message. */
function refused(error: unknown, { output }: CommandContext): never {
  if (output.json || !hasCode(error, 'RELEASE_REFUSED')) throw error;
  const { version, faults } = error.data as { version: string; faults?: readonly ReleaseFault[] }; // as it is thrown
  if (!faults?.length) throw error;
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
  const found = await engine.releases.verify(projectId, version, {
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
        ...(made.parts ?? []).flatMap((part) => [
          `  ${shown(part.path)}  ${size(part.size)}`,
          `  sha256 ${part.sha256}`,
        ]),
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
  return lines;
}
