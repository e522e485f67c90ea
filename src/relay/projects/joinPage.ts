/** The page behind an invite's link, for a person who opened it in a browser. Without scripts. */

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

/** @param projectName `undefined` when nobody knows the invite */
export function joinPage(projectName: string | undefined, inviteUrl: string): string {
  const body =
    projectName === undefined
      ? `<h1>This invite is not known here</h1>
<p>Perhaps a part of the link is missing. Ask whoever sent it for a new one.</p>`
      : `<h1>You are invited to ${escaped(projectName)}</h1>
<p>modsync keeps a mod's folder in sync between the people who build it: someone saves a script, a plugin or a
texture, and a second later the others have it. Underneath is a plain Git repository.</p>
<p>To get a working copy, you need <a href="https://nodejs.org">Node.js</a> 20.19 or newer and modsync. Then run:</p>
<pre>modsync join ${escaped(inviteUrl)}</pre>
<p>Keep this link to yourself: whoever has it can join.</p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${projectName === undefined ? 'Unknown invite' : `Join ${escaped(projectName)}`} · modsync</title>
<style>
body { font: 1.05rem/1.6 system-ui, sans-serif; max-width: 42rem; margin: 4rem auto; padding: 0 1.25rem; color: #1c2321; background: #fbfaf6; }
h1 { font-size: 1.6rem; line-height: 1.25; }
pre { padding: 1rem; background: #1c2321; color: #d8f3c4; border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
</head>
<body>
${body}
</body>
</html>
`;
}
