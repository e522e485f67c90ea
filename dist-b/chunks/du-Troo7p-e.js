import { i as count, l as size, r as columns } from "./format-lNoT_KKD.js";

// ../../work/h/me/dist/cli/commands/du.js
const du = async (_options, context) => {
	const { engine, projectId } = await context.openProject();
	const use = await engine.getDiskUse(projectId);
	return {
		data: use,
		text: (paint) => useText(use, paint)
	};
};
function useText(use, paint) {
	const old = use.cache.bytes - use.cacheInUse.bytes;
	const line = (name, amount, about = "") => [
		paint("bold", name),
		size(amount.bytes),
		count(amount.files, "file"),
		paint("dim", about)
	];
	const lines = columns([
		line("Working files", use.working, `assets: ${size(use.assetsOnDisk.bytes)}`),
		line("Cache", use.cache, old > 0 ? `${size(old)} of it are old versions` : ""),
		line("History", use.history),
		...use.pointers.files > 0 ? [line("Not here", use.pointers, "pointers stand for them")] : []
	]);
	const twice = use.cachedAndOnDisk.bytes;
	if (twice > 0) lines.push("", use.sharesBlocks === true ? `${size(twice)} are cached and on disk, and share their space where they were copied by modsync.` : `${size(twice)} are cached and on disk, and take their space ${use.sharesBlocks === false ? "twice" : "twice, unless the disk shares it"}.`);
	if (use.cache.bytes > 0 && use.sharesBlocks !== true) lines.push("", "Next:  modsync assets drop    frees what the remote has");
	return lines;
}

export { du };