// ../../work/h/me/dist/shared/bytes.js
/** Bytes as the portable rooms need them: `Uint8Array` in, `Uint8Array` out, no `Buffer`. */
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", {
	fatal: true,
	ignoreBOM: true
});
const utf8 = (text) => encoder.encode(text);
/** Lossy: malformed bytes become U+FFFD. For text that is shown, never for text that is written back. */
const text = (bytes) => decoder.decode(bytes);
/** `undefined` when the bytes are not UTF-8: decoding and encoding again gives the same bytes otherwise. */
function exactText(bytes) {
	try {
		return strict.decode(bytes);
	} catch {
		return;
	}
}
function concat(parts) {
	if (parts.length === 1) return parts[0];
	let length = 0;
	for (const part of parts) length += part.length;
	const whole = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
function equal(a, b) {
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
function toHex(bytes, start = 0, end = bytes.length) {
	let hex = "";
	for (let i = start; i < end; i++) hex += HEX[bytes[i]];
	return hex;
}
function fromHex(hex) {
	const bytes = new Uint8Array(hex.length >> 1);
	for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16);
	return bytes;
}
/** Moves surrogates above U+FFFF's other code units, so that comparing code units gives code point order. */
const byCodePoint = (unit) => unit < 55296 ? unit : unit < 57344 ? unit + 8192 : unit - 2048;
/** Git's order of names: by their UTF-8 bytes, which is by code point. */
function compareBytes(a, b) {
	const length = Math.min(a.length, b.length);
	for (let i = 0; i < length; i++) {
		const x = a.charCodeAt(i);
		const y = b.charCodeAt(i);
		if (x !== y) return byCodePoint(x) - byCodePoint(y);
	}
	return a.length - b.length;
}

export { fromHex as a, utf8 as c, exactText as i, concat as n, text as o, equal as r, toHex as s, compareBytes as t };