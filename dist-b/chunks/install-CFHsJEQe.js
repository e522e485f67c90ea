import { t as gitRepository } from "./gitRepository-CBRp9Dn6.js";

// ../../work/h/me/dist/cli/commands/install.js
const install = async (_options, context) => {
	const { folder } = await gitRepository(context);
	const state = await (await (await context.engine()).stockGit(folder)).setUp();
	return {
		data: state,
		text: (paint) => `${paint("green", "✓")} ${state.filter === "git-lfs" ? "git-lfs is installed here and goes on doing its work; modsync looks at sizes before a commit." : "Stock Git keeps assets out of its history through modsync now, and stores them before it pushes."}`,
		warnings: state.warnings
	};
};
const uninstall = async (_options, context) => {
	const { folder } = await gitRepository(context);
	await (await (await context.engine()).stockGit(folder)).remove();
	return {
		data: { removed: true },
		text: (paint) => [
			`${paint("green", "✓")} Git in this folder knows nothing of modsync any more; files and history are as they were.`,
			"",
			"Next:  modsync install    set it up again"
		]
	};
};

export { install, uninstall };