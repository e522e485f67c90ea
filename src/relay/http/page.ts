/** What the relay's pages for people share: a frame, its look, and headers that let nothing else in. Without scripts. */
import { createHash } from 'node:crypto';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

const STYLE = `
body { font: 1.05rem/1.6 system-ui, sans-serif; max-width: 42rem; margin: 4rem auto; padding: 0 1.25rem; color: #1c2321; background: #fbfaf6; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.25rem; }
h3 { font-size: 1.05rem; }
a { color: #1d5c3a; }
code { background: #ece9dd; padding: 0 .25em; border-radius: .2em; overflow-wrap: anywhere; }
pre { padding: 1rem; background: #1c2321; color: #d8f3c4; border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere; }
pre code { background: none; padding: 0; }
.download { display: inline-block; padding: .6rem 1.2rem; background: #1d5c3a; color: #fff; border-radius: .4rem; text-decoration: none; }
.quiet { color: #5c6461; font-size: .9rem; }
@media (prefers-color-scheme: dark) {
  body { color: #e6e4da; background: #171a19; }
  a { color: #8fd3a8; }
  code { background: #2a302d; }
  .quiet { color: #9aa39f; }
}
`;

/** The page's own style is the one thing that a browser takes besides the text. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
};

/** @param body HTML @param hidden from search engines */
export const page = (title: string, body: string, { hidden = false } = {}): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${hidden ? '<meta name="robots" content="noindex">\n' : ''}<title>${escaped(title)} · modsync</title>
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;
