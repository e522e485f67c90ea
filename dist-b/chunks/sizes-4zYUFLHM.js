// ../../work/h/me/dist/shared/sizes.js
/** Sizes as people write them. */
const UNITS = {
	"": 1,
	b: 1,
	k: 1e3,
	kb: 1e3,
	kib: 1024,
	m: 1e6,
	mb: 1e6,
	mib: 2 ** 20,
	g: 1e9,
	gb: 1e9,
	gib: 2 ** 30
};
/** As git-lfs reads sizes. `undefined` when it is none. */
function parseSize(said) {
	if (typeof said === "number") return Number.isFinite(said) && said >= 0 ? Math.floor(said) : void 0;
	const [, number, unit] = typeof said === "string" && /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(said) || [];
	const factor = UNITS[unit?.toLowerCase() ?? ""];
	return number === void 0 || factor === void 0 ? void 0 : Math.floor(Number(number) * factor);
}

export { parseSize as t };