/** The pages for players: what releases there are, and one of them with its files. Work without scripts. */
import type { ReleaseInfo } from '../../shared/wire/releases.ts';
import { escaped, page } from '../http/page.ts';
import { notesHtml } from './notes.ts';

export interface ShownProject {
  readonly name: string;
  /** Of its list of releases. */
  readonly url: string;
}

export function releasesPage(project: ShownProject, releases: readonly ReleaseInfo[]): string {
  const list =
    releases.length === 0
      ? '<p>There are no releases yet.</p>'
      : `<ul>\n${releases.map((release) => `<li><a href="${escaped(release.page)}">${escaped(release.title)}</a> ${kindOf(release)}</li>`).join('\n')}\n</ul>`;
  return page(`${project.name}: releases`, `<h1>${escaped(project.name)}</h1>\n${list}`);
}

export function releasePage(project: ShownProject, release: ReleaseInfo): string {
  const archives = release.files.filter(({ name }) => name.endsWith('.zip'));
  const others = release.files.filter(({ name }) => !name.endsWith('.zip'));
  const body = `<p class="quiet"><a href="${escaped(project.url)}">${escaped(project.name)}</a></p>
<h1>${escaped(release.title)}</h1>
<p class="quiet">${kindOf(release)}</p>
${archives
  .map(
    ({ name, url, size, sha256 }) =>
      `<p><a class="download" href="${escaped(url)}">Download ${escaped(name)}</a> ${megabytes(size)}<br>\n<span class="quiet">SHA-256 <code>${sha256}</code></span></p>`,
  )
  .join('\n')}
<p>Install it with your mod manager, or unpack it into the game's <code>Data</code> folder.${archives.length > 1 ? ' All of the archives belong to it.' : ''}</p>
${notesHtml(release.notes)}
${others.length > 0 ? `<h2>For checking</h2>\n<ul>\n${others.map(({ name, url }) => `<li><a href="${escaped(url)}">${escaped(name)}</a></li>`).join('\n')}\n</ul>` : ''}
<p class="quiet">Made from snapshot <code>${release.commitId}</code>. Whoever has the project can build the same bytes from it.</p>`;
  return page(`${project.name} ${release.tag}`, body, { hidden: release.draft });
}

const kindOf = ({ publishedAt, prerelease, draft, author }: ReleaseInfo): string =>
  [
    ...(draft ? ['<strong>Draft: only members of the project see it.</strong>'] : []),
    ...(prerelease ? ['Pre-release: for trying out.'] : []),
    ...(publishedAt === undefined
      ? []
      : [`${new Date(publishedAt).toISOString().slice(0, 10)}, by ${escaped(author)}`]),
  ].join(' ');

function megabytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  let at = 0;
  let value = bytes;
  for (; value >= 1000 && at < units.length - 1; at++) value /= 1000;
  return `${at === 0 ? value : value.toFixed(1)} ${units[at]}`;
}
