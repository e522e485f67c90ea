import { n as parsePushes } from "./beforePush-DY-DcrmK.js";
import { n as errorBody } from "./errors-CKzV5trQ.js";
import { n as UsageError, t as EXIT } from "./exit-BD5oHEeD.js";
import { c as shown } from "./format-lNoT_KKD.js";
import { t as gitRepository } from "./gitRepository-CBRp9Dn6.js";

// ../../work/h/me/dist/cli/commands/hook.js
/** What the scripts in `hooks/` call. Source: githooks(5). */
const hook = async ({ name, words }, context) => {
	const run = HOOKS[name];
	if (!run) throw new UsageError(`There is no hook "${name}" here: ${Object.keys(HOOKS).join(", ")}.`);
	return await run(context, await gitRepository(context), words);
};
/** A fault of our own does not keep a person from committing. */
const preCommit = async (context, { folder, indexFile, isMain }) => {
	if (!isMain) return void 0;
	const { refused, warnings } = await (await (await context.engine()).stockGit(folder)).beforeCommit(indexFile).catch((error) => ({
		refused: [],
		warnings: [`The commit was not looked at: ${errorBody(error).message}`]
	}));
	for (const warning of warnings) context.output.warn(warning);
	if (refused.length === 0) return void 0;
	for (const line of refused) context.output.note(`modsync: ${shown(line)}`);
	context.output.note("modsync: nothing was committed. To commit it all the same: git commit --no-verify");
	return {
		data: { refused },
		text: () => [],
		exitCode: EXIT.failed
	};
};
const prePush = async (context, { folder }, [name = "origin", url = name]) => {
	const pushes = parsePushes(await context.readInput());
	if (pushes.every(({ next }) => next === void 0)) return void 0;
	const git = await (await context.engine()).stockGit(folder);
	try {
		await git.beforePush({
			name,
			url
		}, pushes, context.call);
	} finally {
		await git.close();
	}
};
const markLockable = async (context, { folder, isMain }) => {
	if (isMain) await (await (await context.engine()).stockGit(folder)).markLockable();
};
const HOOKS = {
	"pre-commit": preCommit,
	"pre-push": prePush,
	"post-checkout": markLockable,
	"post-commit": markLockable,
	"post-merge": markLockable
};

export { hook };