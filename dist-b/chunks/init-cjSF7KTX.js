import { n as UsageError, t as EXIT } from "./exit-BD5oHEeD.js";
import { c as shown, i as count, l as size, r as columns, s as firstOf } from "./format-lNoT_KKD.js";

// ../../work/h/me/dist/cli/commands/init.js
const init = async (options, context) => {
	const engine = await context.engine();
	const { relay, name, plugin, branch } = options;
	const folder = await context.pathFrom(options.dir ?? ".");
	const plan = await engine.planProject(folder, {
		relay,
		name,
		plugin,
		branch
	});
	if (options.dryRun) return {
		data: plan,
		text: (paint) => [
			...planText(plan, paint),
			"",
			"Nothing was done. Without --dry-run it will be."
		]
	};
	if (!options.yes) {
		context.output.note(planText(plan, context.output.paint).join("\n"));
		const answer = await context.ask("\nGo ahead? [y/N] ");
		if (answer === void 0) throw new UsageError("init asks before it does anything, and there is nobody to ask here. Add --yes to go ahead, or --dry-run to see the plan.");
		if (!/^y(es)?$/i.test(answer)) return {
			data: { created: false },
			text: () => "Nothing was done.",
			exitCode: EXIT.failed
		};
	}
	const created = await engine.createProject(plan, context.call);
	return {
		data: created,
		text: (paint) => createdText(created, paint),
		warnings: [...options.yes ? plan.warnings : [], ...created.warnings ?? []]
	};
};
function planText(plan, paint) {
	const facts = [
		["Folder", shown(plan.folder)],
		["Project", `${shown(plan.name)} ${paint("dim", `(${plan.projectId})`)}`],
		["Repository", plan.existingRepository ? `the one that is there; its history, branch ${shown(plan.branch)} and attributes stay` : `a new one, branch ${shown(plan.branch)}`],
		["Relay", plan.relay ?? "none: this copy only"],
		...plan.plugin ? [["Plugin", shown(plan.plugin)]] : [],
		["Writes", plan.filesToWrite.map(({ path }) => path).join(", ") || "nothing"],
		["In Git", `${count(plan.inGit.files, "file")}, ${size(plan.inGit.bytes)}`],
		["As assets", `${count(plan.asAssets.files, "file")}, ${size(plan.asAssets.bytes)}`],
		["Left alone", count(plan.leftAlone, "file") + (plan.gameFolder ? ": the game's, or not the plugin's" : "")]
	];
	const lines = columns(facts.map(([label = "", value = ""]) => [paint("bold", label), value]));
	if (plan.maybe.length > 0) {
		lines.push("", "These may belong to the plugin, but are left out. To take one, edit .gitignore afterwards:");
		lines.push(...firstOf(plan.maybe, 20, (path) => `  ${shown(path)}`));
	}
	for (const warning of plan.warnings) lines.push("", `${paint("yellow", "warning:")} ${shown(warning)}`);
	return lines;
}
function createdText(created, paint) {
	const lines = [
		`${paint("green", "✓")} ${shown(created.name)} is a project now: ${shown(created.path)}`,
		`  ${created.remote ?? "It has no remote yet."}`,
		""
	];
	if (created.remote) lines.push("Next:  modsync share    print an invite for others", "       modsync watch    keep this folder in sync");
	else lines.push("Next:  git remote add origin URL, then modsync sync");
	return lines;
}

export { init };