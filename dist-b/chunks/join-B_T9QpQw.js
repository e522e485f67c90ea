import { i as partsFrom, r as folderNameFor, t as arrivedText } from "./clone-BP80tDbm.js";

// ../../work/h/me/dist/cli/commands/join.js
const join = async ({ invite, dir, ...options }, context) => {
	const engine = await context.engine();
	const here = await context.folder();
	const folder = dir === void 0 ? (name) => `${here}/${folderNameFor(name)}` : await context.pathFrom(dir);
	const result = await engine.joinProject(invite, folder, {
		...context.call,
		parts: partsFrom(options)
	});
	return {
		data: result,
		text: (paint) => arrivedText(result, paint),
		warnings: result.warnings ?? []
	};
};

export { join };