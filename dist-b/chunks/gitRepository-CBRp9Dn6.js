import { t as SyncError } from "./errors-CKzV5trQ.js";
import { i as parentOf, n as join$1, r as nameOf } from "./paths-CcTiHc6F.js";
import { dirname } from "node:path";

// ../../work/h/me/dist/cli/gitRepository.js
/** Which repository Git means when it runs modsync as its filter or hook: by its environment, else by the folder. */
/** Source: git(1), "ENVIRONMENT VARIABLES"; gitrepository-layout(5). @throws SyncError `NOT_A_PROJECT` */
async function gitRepository(context) {
	const { disk, environment } = await context.host();
	const gitDir = environment.GIT_DIR ? await context.pathFrom(environment.GIT_DIR) : await findGitDir(disk, await context.folder());
	const common = environment.GIT_COMMON_DIR ?? await readText(disk, join$1(gitDir, "commondir"));
	const commonDir = common === void 0 ? gitDir : await absolute(context, gitDir, common);
	const index = environment.GIT_INDEX_FILE;
	return {
		folder: nameOf(commonDir) === ".git" ? parentOf(commonDir) : await context.folder(),
		commonDir,
		indexFile: index === void 0 ? join$1(gitDir, "index") : await context.pathFrom(index),
		isMain: commonDir === gitDir
	};
}
async function findGitDir(disk, from) {
	for (let folder = from;; folder = dirname(folder)) {
		const path = join$1(folder, ".git");
		const kind = (await disk.lstat(path))?.kind;
		if (kind === "folder") return path;
		const link = kind === "file" ? /^gitdir: (.*)/.exec(await readText(disk, path) ?? "")?.[1] : void 0;
		if (link) return /^(\/|[A-Za-z]:)/.test(link) ? link : join$1(folder, link);
		if (dirname(folder) === folder) throw new SyncError("NOT_A_PROJECT", `${from} is in no Git repository.`, { data: { folder: from } });
	}
}
async function readText(disk, path) {
	const bytes = await disk.read(path);
	return bytes && Buffer.from(bytes).toString().trim();
}
const absolute = async (context, folder, path) => await context.pathFrom(/^(\/|[A-Za-z]:)/.test(path) ? path : join$1(folder, path));

export { gitRepository as t };