import { c as shown } from "./format-lNoT_KKD.js";

// ../../work/h/me/dist/cli/commands/share.js
const share = async ({ people }, context) => {
	const { engine, projectId } = await context.reachProject();
	const result = await engine.shareProject(projectId, [...people]);
	return {
		data: result,
		text: (paint) => [
			paint("bold", result.inviteCode),
			"",
			...people.length > 0 ? [`For ${people.map((name) => shown(name)).join(", ")}.`] : [],
			`Whoever has this invite can join and edit. They run:  modsync join ${result.inviteCode}`
		],
		warnings: isOfThisMachine(result.inviteCode) ? ["This address is reached from this machine only. For others, start the relay with --host 0.0.0.0 --public-url URL."] : []
	};
};
/** A relay without --public-url names itself as its caller reached it. */
const isOfThisMachine = (invite) => URL.canParse(invite) && /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(invite).hostname);

export { share };