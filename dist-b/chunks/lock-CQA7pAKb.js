import { c as shown, r as columns, t as ago } from "./format-lNoT_KKD.js";
import { n as UsageError } from "./exit-BD5oHEeD.js";

// ../../work/h/me/dist/cli/projectPaths.js
/** @param root the project's folder @param typed relative to where the user is */
async function projectPaths(context, root, typed) {
	return await Promise.all(typed.map(async (one) => {
		const path = await context.pathFrom(one);
		if (path.startsWith(`${root}/`)) return path.slice(root.length + 1);
		throw new UsageError(`${one} is not in the project's folder, ${root}.`);
	}));
}

// ../../work/h/me/dist/cli/commands/lock.js
async function openWith(context, typed) {
	const { engine, projectId } = await context.openProject();
	const { path } = engine.placeOf(projectId);
	return {
		engine,
		projectId,
		paths: await projectPaths(context, path, typed)
	};
}
const lock = async ({ paths: typed }, context) => {
	const { engine, projectId, paths } = await openWith(context, typed);
	const locks = await engine.lockFiles(projectId, paths, context.call);
	return {
		data: locks,
		text: (paint) => locks.map(({ path }) => `${paint("green", "✓")} Locked: ${shown(path)}`)
	};
};
const unlock = async ({ paths: typed, force = false }, context) => {
	const { engine, projectId, paths } = await openWith(context, typed);
	const locks = await engine.unlockFiles(projectId, paths, {
		...context.call,
		force
	});
	return {
		data: locks,
		text: (paint) => locks.map(({ path }) => `${paint("green", "✓")} Unlocked: ${shown(path)}`)
	};
};
const locks = async (_options, context) => {
	const { engine, projectId } = await context.openProject();
	const all = await engine.listLocks(projectId, context.call);
	return {
		data: all,
		text: (paint) => all.length === 0 ? "Nothing is locked." : columns(all.map(({ path, owner, lockedAt, mine }) => [
			shown(path),
			mine ? paint("green", "you") : paint("yellow", shown(owner ?? "someone else")),
			paint("dim", ago(lockedAt))
		]))
	};
};

export { lock, locks, unlock };