import { n as UsageError } from "./exit-BD5oHEeD.js";
import { c as shown } from "./format-lNoT_KKD.js";

// ../../work/h/me/dist/cli/commands/clone.js
const partsFrom = ({ only = [], without = [] }) => only.length + without.length > 0 ? {
	only,
	without
} : void 0;
const clone = async ({ url, dir, ...options }, context) => {
	if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new UsageError(`"${url}" is not a project's address: it looks like http://relay.example:7460/my-mod-x7k2m9.git.`);
	if (/^\/join\/[^/]+\/?$/.test(new URL(url).pathname)) throw new UsageError("This is an invite, not a project's address. Accept it with: modsync join INVITE");
	const engine = await context.engine();
	const folder = await context.pathFrom(dir ?? folderNameFor(url.replace(/\/+$/, "").split("/").at(-1) ?? ""));
	const result = await engine.cloneProject(url, folder, {
		...context.call,
		parts: partsFrom(options)
	});
	return {
		data: result,
		text: (paint) => arrivedText(result, paint),
		warnings: result.warnings ?? []
	};
};
const arrivedText = (result, paint) => [
	`${paint("green", "✓")} ${shown(result.name)} is in ${shown(result.path)}`,
	"",
	`Next:  modsync watch -C ${quoted(result.path)}    keep it in sync`
];
/** For a shell, where a name has something that one would take apart. */
const quoted = (path) => /^[\w./:~+-]+$/.test(path) ? path : `"${shown(path)}"`;
/** What a new folder may be called on every system, for a name that comes from elsewhere. */
function folderNameFor(name) {
	const safe = name.replace(/\.git$/, "").replace(/[\p{Cc}<>:"/\\|?*]+/gu, "-").replace(/^[-.\s]+|[.\s]+$/g, "").slice(0, 100);
	return /^(con|prn|aux|nul|com\d|lpt\d)?(\..*)?$/i.test(safe) ? `project-${safe}` : safe;
}

export { partsFrom as i, clone as n, folderNameFor as r, arrivedText as t };