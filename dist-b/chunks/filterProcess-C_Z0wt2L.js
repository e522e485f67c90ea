import { t as AssetCache } from "./cache-JxOWAS3U.js";
import { c as formatPointer, d as serveFilterProcess, l as parsePointer, s as MAX_POINTER_LENGTH } from "./lfs-CdgAv04b.js";
import { n as concat } from "./bytes-N1wsZNrM.js";
import { n as errorBody, r as hasCode } from "./errors-CKzV5trQ.js";
import { n as GitConfig } from "./pause-cDHNEcVL.js";
import { n as join } from "./paths-CcTiHc6F.js";
import { t as gitRepository } from "./gitRepository-CBRp9Dn6.js";

// ../../work/h/me/dist/assets/gitFilter.js
/** Assets that are asked for in one go, as many as in one batch of the LFS API. */
const PIECE = 100;
/** A blob that is no pointer stays in memory up to here. Bytes. */
const IN_MEMORY = 1 << 20;
/** These concern one asset. After any other failure, nothing more is asked for while this Git command runs. */
const OF_ONE_ASSET = [
	"ASSET_MISSING",
	"ASSET_CORRUPT",
	"ASSET_REFUSED"
];
/**
* `filter=lfs` for stock Git: as `lfsFilter`, on streams. A checkout never fails for want of an asset: its pointer
* stands in its place then, as with GIT_LFS_SKIP_SMUDGE.
*/
var GitFilter = class {
	#options;
	/** Put off, by path. */
	#delayed = /* @__PURE__ */ new Map();
	/** Of those, what has not been asked for yet. */
	#waiting = [];
	#ahead;
	#gaveUp = false;
	#absent = 0;
	#why;
	constructor(options) {
		this.#options = options;
	}
	async clean(_path, content) {
		const { head, rest } = await peek(content, MAX_POINTER_LENGTH);
		if (head.length < 1024 && parsePointer(head)) return once(head);
		const asset = await this.#options.cache.addContent(rest);
		return once(asset.size === 0 ? /* @__PURE__ */ new Uint8Array() : formatPointer(asset));
	}
	async smudge(path, blob, canDelay) {
		const { cache } = this.#options;
		const delayed = canDelay ? void 0 : this.#delayed.get(path);
		if (delayed) {
			this.#delayed.delete(path);
			return await this.#contentOf(delayed, formatPointer(delayed));
		}
		const { head, rest } = await peek(blob, MAX_POINTER_LENGTH);
		const pointer = head.length < 1024 ? parsePointer(head) : void 0;
		if (!pointer) return await this.#asItIs(rest);
		if (pointer.extensions.length > 0 || this.#options.wants?.(path) === false) return once(head);
		if (!await cache.has(pointer) && this.#options.download && !this.#gaveUp) {
			if (canDelay) {
				this.#delayed.set(path, pointer);
				this.#waiting.push({
					path,
					pointer
				});
				return "later";
			}
			await this.#download([pointer]);
		}
		return await this.#contentOf(pointer, head);
	}
	/** One piece is on its way while Git writes the one before. */
	async ready() {
		const paths = await (this.#ahead ?? this.#bring());
		this.#ahead = this.#waiting.length > 0 ? this.#bring() : void 0;
		return paths;
	}
	failed(path, error) {
		this.#options.note(`${path}: ${errorBody(error).message}`);
	}
	/** After the last file: what a person should know. */
	finish() {
		if (this.#absent === 0) return;
		const words = this.#absent === 1 ? "1 asset is not on this machine: its pointer will do until \"modsync assets fetch\" brings it." : `${this.#absent} assets are not on this machine: their pointers will do until "modsync assets fetch" brings them.`;
		this.#options.note(this.#why === void 0 ? words : `${words} ${this.#why}`);
	}
	async #bring() {
		const piece = this.#waiting.splice(0, PIECE);
		if (piece.length > 0 && !this.#gaveUp) await this.#download(piece.map(({ pointer }) => pointer));
		return piece.map(({ path }) => path);
	}
	async #download(assets) {
		try {
			await this.#options.download?.(assets);
		} catch (error) {
			this.#why ??= errorBody(error).message;
			if (!OF_ONE_ASSET.some((code) => hasCode(error, code))) this.#gaveUp = true;
		}
	}
	async #contentOf(pointer, blob) {
		const { cache } = this.#options;
		if (pointer.size === 0) return once(/* @__PURE__ */ new Uint8Array());
		if (await cache.has(pointer)) return cache.source(pointer).open();
		this.#absent++;
		return once(blob);
	}
	/**
	* A blob that is no pointer, although its path is an asset's. A large one takes the way through the cache: Git reads
	* no answer before it has sent all, and the next `git add` of that file puts the same bytes there.
	*/
	async #asItIs(blob) {
		const { head, rest } = await peek(blob, IN_MEMORY);
		if (head.length < IN_MEMORY) return once(head);
		return this.#options.cache.source(await this.#options.cache.addContent(rest)).open();
	}
};
async function* once(bytes) {
	if (bytes.length > 0) yield bytes;
}
/** The first `length` bytes or more, all where there are fewer; and the whole from the beginning. */
async function peek(content, length) {
	const source = content[Symbol.asyncIterator]();
	const parts = [];
	for (let have = 0; have < length;) {
		const next = await source.next();
		if (next.done) break;
		parts.push(next.value);
		have += next.value.length;
	}
	const head = concat(parts);
	async function* rest() {
		if (head.length > 0) yield head;
		for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
	}
	return {
		head,
		rest: rest()
	};
}

// ../../work/h/me/dist/cli/commands/filterProcess.js
/** `filter=lfs` for stock Git: the long-running process, and one file at a time for tools that know only that. */
const filterProcess = (_options, context) => withFilter(context, async (filter) => {
	const { input, write } = context.pipe();
	await serveFilterProcess(input, write, filter);
});
const clean = ({ path = "" }, context) => withFilter(context, async (filter) => {
	const { input, write } = context.pipe();
	for await (const bytes of await filter.clean(path, input)) await write(bytes);
});
const smudge = ({ path = "" }, context) => withFilter(context, async (filter) => {
	const { input, write } = context.pipe();
	const content = await filter.smudge(path, input, false);
	if (content !== "later") for await (const bytes of content) await write(bytes);
});
async function withFilter(context, serve) {
	const host = await context.host();
	const { folder, commonDir } = await gitRepository(context);
	let git;
	const openGit = async () => await (await context.engine()).stockGit(folder);
	const download = async (assets) => {
		await (await openOnce()).fetchAssets(assets, { signal: context.signal });
	};
	const openOnce = () => {
		git ??= openGit();
		return git;
	};
	const filter = new GitFilter({
		cache: new AssetCache(host, commonDir),
		wants: await leavesPartsOut(host, folder, commonDir) ? await (await openOnce()).wanted() : void 0,
		download: isTrue(host.environment.GIT_LFS_SKIP_SMUDGE) ? void 0 : download,
		note: (words) => context.output.warn(words)
	});
	try {
		await serve(filter);
		filter.finish();
	} finally {
		await (await git?.catch(() => void 0))?.close();
	}
}
/** Most working copies have everything, and need not load what reads the patterns. */
async function leavesPartsOut(host, folder, commonDir) {
	if (await host.disk.lstat(join(folder, ".lfsconfig"))) return true;
	const config = await GitConfig.open(host, commonDir);
	return ["lfs.fetchinclude", "lfs.fetchexclude"].some((key) => config.get(key));
}
const isTrue = (value) => value !== void 0 && /^(1|true|yes|on|t)$/i.test(value);

export { clean, filterProcess, smudge };