import type { PublishedRelease, ReleaseAudience } from '../../index.ts';
import { hasCode } from '../../shared/errors.ts';
import type { Command } from '../context.ts';
import { ago, columns, shown, size } from '../format.ts';
import type { Paint } from '../output.ts';

export const releases: Command<{ readonly audience?: ReleaseAudience }> = async ({ audience }, context) => {
  const { engine, projectId } = await context.openProject();
  if (audience !== undefined) {
    await engine.releases.setAudience(projectId, audience, context.call);
    return {
      data: { audience },
      text: () =>
        audience === 'public' ? 'Everyone sees the releases that are out.' : 'Only members see the releases.',
    };
  }
  const all = await engine.releases.list(projectId);
  const warnings: string[] = [];
  const there = await engine.releases.published(projectId, context.call).catch((error: unknown) => {
    if (!hasCode(error, 'BACKEND_CONNECTION_FAILED') && !hasCode(error, 'ACCESS_DENIED')) throw error;
    warnings.push(`Which of them are out is not known: ${error.message}`);
    return undefined;
  });
  const publishedOf = (wanted: string) => there?.find(({ tag }) => tag === wanted);
  return {
    data: all.map((one) => {
      const published = publishedOf(one.tag);
      return published ? { ...one, published } : one;
    }),
    warnings,
    text: (paint) =>
      all.length === 0
        ? 'There are no releases yet: modsync release 1.0.0'
        : columns(
            all.map(({ version, tag, commitId, timestamp, author, prerelease, archive, parts }) => [
              paint('bold', version),
              paint('yellow', commitId.slice(0, 7)),
              timestamp === undefined ? '' : paint('dim', ago(timestamp)),
              author === undefined ? '' : shown(author),
              (archive
                ? [archive, ...parts].map((one) => `${shown(one.name)}, ${size(one.size)}`).join(' + ')
                : paint('dim', 'tagged without modsync')) +
                (prerelease ? paint('yellow', ' (pre-release)') : ''),
              ...(there ? [stateOf(publishedOf(tag), paint)] : []),
            ]),
          ),
  };
};

function stateOf(published: PublishedRelease | undefined, paint: Paint): string {
  if (!published) return paint('dim', 'not sent');
  return published.draft ? paint('yellow', 'draft') : shown(published.page);
}
