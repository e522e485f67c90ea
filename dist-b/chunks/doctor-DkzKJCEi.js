import { n as errorBody, r as hasCode } from "./errors-CKzV5trQ.js";
import { t as EXIT } from "./exit-BD5oHEeD.js";
import { c as shown, i as count, r as columns } from "./format-lNoT_KKD.js";
import { n as findProgram } from "./node-BeDrjqbm.js";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { execFile } from "node:child_process";

// ../../work/h/me/dist/cli/machine.js
/** What `doctor` looks at on this machine: what modsync itself needs, and what stands beside it. */
const run = promisify(execFile);
async function machineFindings(host) {
	return [nodeVersion(), ...await Promise.all([
		program(host, "git", "stock Git works beside modsync; a relay (modsync serve) needs it"),
		program(host, "git-lfs", "stock Git uses modsync in its place, in the copies that modsync set up"),
		watcher(host),
		home(host)
	])];
}
function nodeVersion() {
	const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
	const recent = major > 20 || major === 20 && minor >= 19;
	return {
		check: "node",
		state: recent ? "good" : "bad",
		message: `${process.version} at ${process.execPath}`,
		...!recent && { mend: "Install Node.js 20.19 or newer: https://nodejs.org" }
	};
}
async function program(host, name, why) {
	try {
		const path = findProgram(name, host.environment) ?? findProgram(name, process.env);
		if (path === void 0) throw new Error("not found");
		const { stdout } = await run(path, ["--version"], {
			windowsHide: true,
			timeout: 1e4
		});
		return {
			check: name,
			state: "good",
			message: stdout.trim().split("\n", 1)[0] ?? ""
		};
	} catch {
		return {
			check: name,
			state: "warning",
			message: `not found. modsync does without it here; ${why}.`,
			mend: name === "git" ? "https://git-scm.com" : "https://git-lfs.com"
		};
	}
}
async function watcher(host) {
	const folder = mkdtempSync(join(tmpdir(), "modsync-doctor-"));
	try {
		let complaint;
		await (await host.watch.start(folder, {
			onChange: () => void 0,
			onError: (error) => {
				complaint = error;
			}
		})).close();
		if (complaint !== void 0) throw complaint;
		return {
			check: "watching",
			state: "good",
			message: "changes to files are noticed at once"
		};
	} catch (error) {
		return {
			check: "watching",
			state: "bad",
			message: `Changes to files cannot be watched: ${errorBody(error).message}`,
			mend: "modsync sync works; for modsync watch, install modsync anew: npm install"
		};
	} finally {
		rmSync(folder, {
			recursive: true,
			force: true
		});
	}
}
async function home(host) {
	const path = `${host.home}/doctor`;
	try {
		await host.disk.publish(path, /* @__PURE__ */ new Uint8Array());
		await host.disk.remove(path);
		const names = await host.keys.names();
		const signedIn = names.length > 0 ? `signed in at ${names.join(", ")}` : "signed in nowhere yet";
		return {
			check: "own state",
			state: "good",
			message: `${host.home}, ${signedIn}`
		};
	} catch (error) {
		return {
			check: "own state",
			state: "bad",
			message: errorBody(error).message,
			mend: `Make ${host.home} writable, or set MODSYNC_HOME to a folder that is.`
		};
	}
}

// ../../work/h/me/dist/cli/commands/doctor.js
const doctor = async ({ fix = false }, context) => {
	const host = await context.host();
	const folder = await context.folder();
	const findings = await machineFindings(host);
	try {
		const engine = await context.engine();
		findings.push(...await engine.diagnose(folder, { fix }));
	} catch (error) {
		findings.push(hasCode(error, "NOT_A_PROJECT") && !await hasProjectFile(host, folder) ? {
			check: "project",
			state: "warning",
			message: `${folder} is in no project.`,
			mend: "modsync init, join or clone"
		} : {
			check: "project",
			state: "bad",
			message: errorBody(error).message
		});
	}
	const bad = findings.filter(({ state }) => state === "bad").length;
	return {
		data: {
			healthy: bad === 0,
			findings
		},
		text: (paint) => [
			...findingLines(findings, paint),
			"",
			summary(findings, fix, paint)
		],
		exitCode: bad > 0 ? EXIT.failed : EXIT.done
	};
};
/** A project whose Git repository is gone or broken is something else than no project. */
const hasProjectFile = async ({ disk }, folder) => await disk.lstat(`${folder}/.modsync.json`) !== void 0;
const SIGNS = {
	good: ["green", "✓"],
	warning: ["yellow", "!"],
	bad: ["red", "✗"]
};
function findingLines(findings, paint) {
	return columns(findings.map(({ check, state, message }) => [
		paint(...SIGNS[state]),
		check,
		shown(message)
	])).flatMap((row, at) => {
		const { state, mend } = findings[at];
		return mend && state !== "good" ? [row, `   ${paint("dim", `→ ${shown(mend)}`)}`] : [row];
	});
}
function summary(findings, fix, paint) {
	const bad = findings.filter(({ state }) => state === "bad").length;
	const warnings = findings.filter(({ state }) => state === "warning").length;
	if (bad > 0) return paint("red", `${count(bad, "problem")}${warnings > 0 ? `, ${count(warnings, "warning")}` : ""}.`) + (fix ? "" : " modsync doctor --fix mends what it can.");
	return warnings > 0 ? paint("yellow", `${count(warnings, "warning")}, nothing broken.`) : paint("green", "All is well.");
}

export { doctor };