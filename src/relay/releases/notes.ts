/**
 * Release notes as HTML: the Markdown that changelogs are written in (headings, lists, code, paragraphs, bold, links)
 * and nothing else. Every character of theirs is escaped; what is not known stays text.
 */
import { escaped } from '../http/page.ts';

export function notesHtml(markdown: string): string {
  const out: string[] = [];
  /** Open lists, by how far their lines stand in. */
  const lists: number[] = [];
  let paragraph: string[] = [];
  const endParagraph = () => {
    if (paragraph.length > 0) out.push(`<p>${inline(paragraph.join('\n'))}</p>`);
    paragraph = [];
  };
  const endLists = (deeperThan = -1) => {
    while ((lists.at(-1) ?? -1) > deeperThan) {
      lists.pop();
      out.push('</li></ul>');
    }
  };
  const lines = markdown.replaceAll('\r\n', '\n').split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (/^ {0,3}```/.test(line)) {
      endParagraph();
      endLists();
      const end = lines.findIndex((other, place) => place > at && /^ {0,3}```\s*$/.test(other));
      const code = lines.slice(at + 1, end < 0 ? undefined : end);
      out.push(`<pre><code>${escaped(code.join('\n'))}</code></pre>`);
      at = end < 0 ? lines.length : end;
      continue;
    }
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    const item = /^( {0,12})[-*+]\s+(.*)$/.exec(line);
    if (heading) {
      endParagraph();
      endLists();
      // the page has an h1 and an h2 of its own
      const level = Math.max(3, heading[1]?.length ?? 3);
      out.push(`<h${level}>${inline(heading[2] ?? '')}</h${level}>`);
    } else if (item) {
      endParagraph();
      const indent = item[1]?.length ?? 0;
      endLists(indent);
      if (lists.at(-1) === indent) out.push('</li>');
      else {
        lists.push(indent);
        out.push('<ul>');
      }
      out.push(`<li>${inline(item[2] ?? '')}`);
    } else if (line.trim() === '') endParagraph();
    else {
      endLists();
      paragraph.push(line.trim());
    }
  }
  endParagraph();
  endLists();
  return out.join('\n');
}

/** Code first: nothing inside it means anything. */
const inline = (text: string): string =>
  text
    .split(/(`[^`\n]+`)/)
    .map((part, at) => (at % 2 === 1 ? `<code>${escaped(part.slice(1, -1))}</code>` : words(part)))
    .join('');

const words = (text: string): string =>
  text
    .split(/(\bhttps?:\/\/[^\s<>()"'`]+[^\s<>()"'`.,;:!?*])/)
    .map((part, at) =>
      at % 2 === 1
        ? `<a rel="nofollow noopener" href="${escaped(part)}">${escaped(part)}</a>`
        : escaped(part).replace(/\*\*([^*\n]+)\*\*/g, '<strong>$1</strong>'),
    )
    .join('');
