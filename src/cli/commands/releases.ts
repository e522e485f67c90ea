import type { Command } from '../context.ts';
import { ago, columns, shown, size } from '../format.ts';

export const releases: Command<object> = async (_options, context) => {
  const { engine, projectId } = await context.openProject();
  const all = await engine.listReleases(projectId);
  return {
    data: all,
    text: (paint) =>
      all.length === 0
        ? 'There are no releases yet: modsync release 1.0.0'
        : columns(
            all.map(({ version, commitId, timestamp, author, prerelease, archive }) => [
              paint('bold', version),
              paint('yellow', commitId.slice(0, 7)),
              timestamp === undefined ? '' : paint('dim', ago(timestamp)),
              author === undefined ? '' : shown(author),
              (archive
                ? `${shown(archive.name)}, ${size(archive.size)}`
                : paint('dim', 'tagged without modsync')) +
                (prerelease ? paint('yellow', ' (pre-release)') : ''),
            ]),
          ),
  };
};
