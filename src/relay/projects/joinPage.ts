/** The page behind an invite's link, for a person who opened it in a browser. Without scripts. */
import { escaped, page } from '../http/page.ts';

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
  return page(projectName === undefined ? 'Unknown invite' : `Join ${projectName}`, body, { hidden: true });
}
