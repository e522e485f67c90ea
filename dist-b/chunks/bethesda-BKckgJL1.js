import { c as utf8, n as concat, r as equal } from "./bytes-N1wsZNrM.js";
import { t as SyncError } from "./errors-CKzV5trQ.js";
import { r as nameOf, t as extensionOf } from "./paths-CcTiHc6F.js";

// ../../work/h/me/dist/bethesda/ba2.js
const HEADER_SIZE$2 = 24;
const GENERAL_SIZE = 36;
const TEXTURE_SIZE = 24;
const CHUNK_SIZE = 24;
/** As `GNRL` entries state it. */
const GENERAL_CHUNK_HEADER = 16;
const SENTINEL = 3131961357;
/** Beyond it a JavaScript number is not exact: no archive is that large. */
const MAX_OFFSET = 2 ** 52;
function malformed$1(reason, offset) {
	return new SyncError("MALFORMED_ARCHIVE", `The BA2 archive is damaged at byte ${offset}: ${reason}. Pack it again.`, { data: {
		offset,
		reason
	} });
}
/**
* @param bytes the whole archive
* @throws SyncError `MALFORMED_ARCHIVE` with `data.offset` and `data.reason`
*/
function readBa2(bytes) {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const need = (offset, length, what) => {
		if (offset + length > bytes.length) throw malformed$1(`it ends inside ${what}`, offset);
	};
	const u64 = (offset) => {
		const value = view.getBigUint64(offset, true);
		if (value > BigInt(MAX_OFFSET)) throw malformed$1("an offset is beyond every file", offset);
		return Number(value);
	};
	need(0, HEADER_SIZE$2, "its header");
	if (characters(bytes, 0, 4) !== "BTDX") throw malformed$1("it does not begin with BTDX", 0);
	const version = view.getUint32(4, true);
	if (version !== 1 && version !== 7 && version !== 8) throw malformed$1(`version ${version} is unknown`, 4);
	const type = characters(bytes, 8, 4);
	if (type !== "GNRL" && type !== "DX10") throw malformed$1(`type "${type}" is unknown`, 8);
	const count = view.getUint32(12, true);
	const namesOffset = u64(16);
	const smallest = type === "GNRL" ? GENERAL_SIZE : TEXTURE_SIZE;
	need(HEADER_SIZE$2, count * smallest, `its ${count} entries`);
	const names = namesOffset === 0 ? void 0 : readNames(bytes, view, namesOffset, count);
	const entries = [];
	let at = HEADER_SIZE$2;
	const chunkAt = (offset, sentinelAt) => {
		if (view.getUint32(sentinelAt, true) !== SENTINEL) throw malformed$1("an entry does not end as it must", sentinelAt);
		const chunk = {
			offset: u64(offset),
			packedSize: view.getUint32(offset + 8, true),
			size: view.getUint32(offset + 12, true)
		};
		if (chunk.offset + (chunk.packedSize || chunk.size) > bytes.length) throw malformed$1("an entry lies beyond the end", offset);
		return chunk;
	};
	for (let i = 0; i < count; i++) {
		need(at, smallest, `entry ${i}`);
		const common = {
			name: names?.[i],
			nameHash: view.getUint32(at, true),
			extension: characters(bytes, at + 4, 4).replace(/\0+$/, ""),
			folderHash: view.getUint32(at + 8, true)
		};
		const chunkHeader = view.getUint16(at + 14, true);
		if (chunkHeader !== (type === "GNRL" ? GENERAL_CHUNK_HEADER : CHUNK_SIZE)) throw malformed$1(`a chunk header of ${chunkHeader} bytes`, at + 14);
		if (type === "GNRL") {
			entries.push({
				...common,
				chunks: [chunkAt(at + 16, at + 32)]
			});
			at += GENERAL_SIZE;
			continue;
		}
		const chunkCount = bytes[at + 13];
		const texture = {
			height: view.getUint16(at + 16, true),
			width: view.getUint16(at + 18, true),
			mipLevels: bytes[at + 20],
			format: bytes[at + 21],
			isCubemap: (view.getUint16(at + 22, true) & 1) !== 0
		};
		at += TEXTURE_SIZE;
		need(at, chunkCount * CHUNK_SIZE, `the chunks of entry ${i}`);
		const chunks = [];
		for (let c = 0; c < chunkCount; c++, at += CHUNK_SIZE) chunks.push(chunkAt(at, at + 20));
		entries.push({
			...common,
			chunks,
			texture
		});
	}
	return {
		version,
		type,
		entries
	};
}
const characters = (bytes, from, length) => String.fromCharCode(...bytes.subarray(from, from + length));
const decoder = new TextDecoder();
function readNames(bytes, view, offset, count) {
	const names = [];
	let at = offset;
	for (let i = 0; i < count; i++) {
		if (at + 2 > bytes.length) throw malformed$1(`name ${i} is missing`, at);
		const length = view.getUint16(at, true);
		if (at + 2 + length > bytes.length) throw malformed$1(`name ${i} is cut short`, at);
		names.push(decoder.decode(bytes.subarray(at + 2, at + 2 + length)).replaceAll("\\", "/"));
		at += 2 + length;
	}
	return names;
}
/**
* The bytes of a `GNRL` entry.
* @throws SyncError `MALFORMED_ARCHIVE` when they cannot be inflated
*/
function readBa2Entry(bytes, entry, codec) {
	return concat(entry.chunks.map(({ offset, packedSize, size }) => {
		if (packedSize === 0) return bytes.subarray(offset, offset + size);
		try {
			const { data } = codec.inflate(bytes.subarray(offset, offset + packedSize), size);
			if (data.length === size) return data;
		} catch (cause) {
			throw malformed$1(`an entry cannot be inflated (${String(cause)})`, offset);
		}
		throw malformed$1("an entry is shorter than it says", offset);
	}));
}
/**
* Packs files into a `GNRL` archive of version 1.
* @param codec without it the files are stored as they are
*/
function writeBa2(files, codec) {
	const header = new Uint8Array(HEADER_SIZE$2 + files.length * GENERAL_SIZE);
	const view = new DataView(header.buffer);
	const data = [];
	const names = [];
	let offset = header.length;
	files.forEach(({ path, content }, i) => {
		const packed = codec?.deflate(content, 6);
		const stored = packed !== void 0 && packed.length < content.length ? packed : content;
		const at = HEADER_SIZE$2 + i * GENERAL_SIZE;
		const { name, extension, folder } = hashesOf(path);
		view.setUint32(at, name, true);
		header.set(utf8(extension).subarray(0, 4), at + 4);
		view.setUint32(at + 8, folder, true);
		header.set([
			0,
			1,
			16,
			0
		], at + 12);
		view.setBigUint64(at + 16, BigInt(offset), true);
		view.setUint32(at + 24, stored === content ? 0 : stored.length, true);
		view.setUint32(at + 28, content.length, true);
		view.setUint32(at + 32, SENTINEL, true);
		data.push(stored);
		offset += stored.length;
		const name8 = utf8(path.replaceAll("/", "\\"));
		names.push(Uint8Array.of(name8.length & 255, name8.length >> 8), name8);
	});
	header.set(utf8("BTDX"), 0);
	view.setUint32(4, 1, true);
	header.set(utf8("GNRL"), 8);
	view.setUint32(12, files.length, true);
	view.setBigUint64(16, BigInt(offset), true);
	return concat([
		header,
		...data,
		...names
	]);
}
/** What the game looks a file up by: hashes of the name without extension, and of the folder. */
function hashesOf(path) {
	const lower = path.toLowerCase().replaceAll("/", "\\");
	const slash = lower.lastIndexOf("\\");
	const file = lower.slice(slash + 1);
	const dot = file.lastIndexOf(".");
	return {
		name: crc(dot < 0 ? file : file.slice(0, dot)),
		extension: dot < 0 ? "" : file.slice(dot + 1),
		folder: crc(slash < 0 ? "" : lower.slice(0, slash))
	};
}
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
	let value = byte;
	for (let bit = 0; bit < 8; bit++) value = value & 1 ? value >>> 1 ^ 3988292384 : value >>> 1;
	return value;
});
/** CRC-32 that begins with 0 and is not inverted at the end. */
function crc(text) {
	let value = 0;
	for (const byte of utf8(text)) value = value >>> 8 ^ CRC[(value ^ byte) & 255];
	return value >>> 0;
}

// ../../work/h/me/dist/bethesda/gameFiles.js
const GAME = `(?:fallout4|(?:dlcrobot|dlcworkshop0[1-3]|dlccoast|dlcnukaworld|dlcultrahighresolution))`;
/** Creation Club: three letters for the maker, the game, a number, a name. */
const CREATION_CLUB = "cc[a-z]{3}fo4\\d{3}-[^/]+";
/** On lowercase paths relative to `Data`. */
const GAME_FILES = [
	new RegExp(`^${GAME}\\.(?:esm|cdx|ini|ccc)$`),
	new RegExp(`^${GAME} - [^/]+\\.(?:ba2|csg)$`),
	new RegExp(`^${CREATION_CLUB}\\.(?:esl|esm|esp|ba2|cdx|csg|ini)$`),
	new RegExp(`^strings/${GAME}_[^/]+\\.(?:strings|dlstrings|ilstrings)$`),
	new RegExp(`^strings/${CREATION_CLUB}\\.(?:strings|dlstrings|ilstrings)$`),
	/^video\/[^/]+\.(?:bk2|bik)$/,
	/^lsdata\/[^/]+\.dat$/,
	/^scripts\/source\/(?:base|dlc\d\d)\//,
	/^scripts\/source\/[^/]+\.(?:zip|rar|7z)$/,
	/^(?:sound\/voice|vis|meshes\/precombined|meshes\/actors\/character\/facegendata\/facegeom|textures\/actors\/character\/facecustomization)\/(?:fallout4|dlc[a-z0-9]+)\.es[mp]\//,
	/^creationkit - [^/]+\.ba2$/
];
/**
* Whether this is the game's own `Data` folder.
* @param names the names directly in it
*/
function isGameFolder(names) {
	for (const name of names) if (/^fallout4(?:\.esm| - [^/]+\.ba2)$/i.test(name)) return true;
	return false;
}
/**
* Whether a file of a `Data` folder belongs to the game, its DLC or the Creation Club.
* @param path relative to `Data`; case does not count
*/
function isGameFile(path) {
	const lower = path.toLowerCase();
	return GAME_FILES.some((pattern) => pattern.test(lower));
}

// ../../work/h/me/dist/bethesda/plugin/types.js
/**
* A plugin (esp, esm, esl) of the TES4 family as a tree of groups and records.
*
* Everything keeps its original bytes: a header is the 24 bytes as they stood in the file, a record's data is what
* was stored, still compressed where it was. All integers are little-endian. Sources: the "ESM" pages of fo4docs,
* fopdoc, and UESP's mod file format pages.
*/
/** The header flags of a record that this room acts on. */
const RECORD_FLAG = {
	/** In TES4: the plugin is a master. */
	master: 1,
	/** In TES4: strings live in `Strings/<plugin>_<language>.*`. */
	localized: 128,
	/** In TES4: a light plugin. */
	light: 512,
	/** The data is a u32 (its inflated size), then a zlib stream. */
	compressed: 262144
};
/** Bytes of a record's and of a group's header. */
const HEADER_SIZE$1 = 24;

// ../../work/h/me/dist/bethesda/plugin/read.js
/** From bytes to a `Plugin`: views into the file, nothing copied, nothing inflated. */
/** Real plugins nest eight deep. The limit keeps a hostile file from exhausting the stack. */
const MAX_DEPTH$1 = 32;
const GRUP = 1347768903;
function malformed(reason, offset) {
	return new SyncError("MALFORMED_PLUGIN", `The plugin is damaged at byte ${offset}: ${reason}. Take an earlier version of it, or save it again in the Creation Kit.`, { data: {
		offset,
		reason
	} });
}
/** Four bytes as characters, one for each byte. */
function typeAt(bytes, offset) {
	return String.fromCharCode(bytes[offset], bytes[offset + 1], bytes[offset + 2], bytes[offset + 3]);
}
const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
/**
* Reads a whole plugin with 24-byte headers: Fallout 4, and the games since Skyrim that share them.
* @throws SyncError `MALFORMED_PLUGIN` with `data.offset` and `data.reason`
*/
function parsePlugin(bytes) {
	const view = viewOf(bytes);
	if (bytes.length < 24 || typeAt(bytes, 0) !== "TES4") throw malformed("it does not begin with a TES4 record", 0);
	const tes4 = recordAt(bytes, view, 0, bytes.length);
	const nodes = nodesBetween(bytes, view, 24 + tes4.data.length, bytes.length, 0);
	return {
		...headerOf(tes4),
		nodes
	};
}
/**
* The header alone, from the first bytes of a file that hold its TES4 record.
* @throws SyncError `MALFORMED_PLUGIN`
*/
function parsePluginHeader(bytes) {
	if (bytes.length < 24 || typeAt(bytes, 0) !== "TES4") throw malformed("it does not begin with a TES4 record", 0);
	return headerOf(recordAt(bytes, viewOf(bytes), 0, bytes.length));
}
function headerOf(tes4) {
	if (tes4.flags & RECORD_FLAG.compressed) throw malformed("its TES4 record is compressed", 0);
	const masters = [];
	let author;
	let hedr;
	for (const { type, data } of subrecords(tes4.data, 24)) if (type === "HEDR") hedr = viewOf(data);
	else if (type === "CNAM") author = zstring$1(data);
	else if (type === "MAST") masters.push(zstring$1(data));
	if (hedr === void 0 || hedr.byteLength < 12) throw malformed("its TES4 record has no HEDR", 0);
	return {
		tes4,
		masters,
		author,
		version: hedr.getFloat32(0, true),
		recordCount: hedr.getUint32(4, true),
		nextObjectId: hedr.getUint32(8, true),
		isMaster: (tes4.flags & RECORD_FLAG.master) !== 0,
		isLight: (tes4.flags & RECORD_FLAG.light) !== 0,
		isLocalized: (tes4.flags & RECORD_FLAG.localized) !== 0
	};
}
/** Text up to the first NUL, one character for each byte: game files are Windows-1252 or UTF-8, by language. */
function zstring$1(data) {
	let text = "";
	for (const byte of data) {
		if (byte === 0) break;
		text += String.fromCharCode(byte);
	}
	return text;
}
function recordAt(bytes, view, offset, end) {
	const size = view.getUint32(offset + 4, true);
	const start = offset + 24;
	if (size > end - start) throw malformed(`a ${typeAt(bytes, offset)} record of ${size} bytes where ${end - start} are left`, offset);
	return {
		kind: "record",
		type: typeAt(bytes, offset),
		flags: view.getUint32(offset + 8, true),
		formId: view.getUint32(offset + 12, true),
		header: bytes.subarray(offset, start),
		data: bytes.subarray(start, start + size),
		offset
	};
}
function nodesBetween(bytes, view, start, end, depth) {
	const nodes = [];
	let at = start;
	while (at < end) {
		if (end - at < 24) throw malformed(`${end - at} bytes where a header of 24 belongs`, at);
		if (view.getUint32(at, true) === GRUP) {
			const group = groupAt(bytes, view, at, end, depth);
			nodes.push(group);
			at += view.getUint32(at + 4, true);
		} else {
			const record = recordAt(bytes, view, at, end);
			nodes.push(record);
			at += 24 + record.data.length;
		}
	}
	return nodes;
}
function groupAt(bytes, view, offset, end, depth) {
	const size = view.getUint32(offset + 4, true);
	if (size < 24 || size > end - offset) throw malformed(`a group of ${size} bytes where ${end - offset} are left`, offset);
	if (depth >= MAX_DEPTH$1) throw malformed(`groups are nested more than ${MAX_DEPTH$1} deep`, offset);
	const start = offset + 24;
	return {
		kind: "group",
		groupType: view.getInt32(offset + 12, true),
		label: view.getUint32(offset + 8, true),
		header: bytes.subarray(offset, start),
		children: nodesBetween(bytes, view, start, offset + size, depth + 1),
		offset
	};
}

// ../../work/h/me/dist/bethesda/plugin/subrecords.js
/** zlib cannot expand further than this; a larger claim is false, and nothing is allocated for it. */
const MAX_RATIO = 1032;
/**
* The record's data, inflated where it is compressed.
* @throws SyncError `MALFORMED_PLUGIN`
*/
function payloadOf(record, codec) {
	if (!(record.flags & RECORD_FLAG.compressed)) return record.data;
	const { data, offset, type } = record;
	if (data.length < 4) throw malformed(`a compressed ${type} record without its size`, offset);
	const size = viewOf(data).getUint32(0, true);
	if (size > (data.length - 4) * MAX_RATIO + 64) throw malformed(`a compressed ${type} record that claims ${size} bytes`, offset);
	let payload;
	try {
		payload = codec.inflate(data.subarray(4), size).data;
	} catch (error) {
		throw malformed(`a compressed ${type} record that cannot be inflated (${String(error)})`, offset);
	}
	if (payload.length !== size) throw malformed(`a compressed ${type} record of ${payload.length} bytes instead of ${size}`, offset);
	return payload;
}
/**
* Splits a payload. `XXXX` is taken up into the subrecord that it measures.
* @param offset of the payload, for the message of an error
* @throws SyncError `MALFORMED_PLUGIN`
*/
function subrecords(payload, offset = 0) {
	const view = viewOf(payload);
	const found = [];
	let at = 0;
	let longSize;
	while (at < payload.length) {
		if (payload.length - at < 6) throw malformed("a subrecord without its header", offset + at);
		const type = typeAt(payload, at);
		const size = longSize ?? view.getUint16(at + 4, true);
		const start = at + 6;
		if (size > payload.length - start) throw malformed(`a ${type} subrecord of ${size} bytes where ${payload.length - start} are left`, offset + at);
		if (type === "XXXX" && longSize === void 0) {
			if (size !== 4) throw malformed(`an XXXX subrecord of ${size} bytes instead of 4`, offset + at);
			longSize = view.getUint32(start, true);
		} else {
			found.push({
				type,
				data: payload.subarray(start, start + size),
				long: longSize !== void 0
			});
			longSize = void 0;
		}
		at = start + size;
	}
	if (longSize !== void 0) throw malformed("an XXXX subrecord with nothing after it", offset + at);
	return found;
}
/**
* The subrecords of a record.
* @throws SyncError `MALFORMED_PLUGIN`
*/
const subrecordsOf = (record, codec) => subrecords(payloadOf(record, codec), record.offset);
/** The name that people know a record by, where it has one. */
function editorIdOf(record, codec) {
	for (const { type, data } of subrecordsOf(record, codec)) if (type === "EDID") return zstring$1(data);
}

// ../../work/h/me/dist/bethesda/plugin/vmad.js
/**
* VMAD: the scripts attached to a record and the values of their properties (Fallout 4: version 6, object format 2).
* Read as far as its layout is the same for every record; the fragments that follow differ by record type and stay
* raw bytes in `rest`. Source: xEdit's definitions, checked on the real plugins of the test data.
*/
/** Structs hold structs only through a hostile file: the game's compiler refuses it. */
const MAX_DEPTH = 4;
var OutOfBounds = class extends Error {};
var Cursor = class {
	at = 0;
	bytes;
	view;
	constructor(bytes) {
		this.bytes = bytes;
		this.view = viewOf(bytes);
	}
	advance(length) {
		if (length > this.bytes.length - this.at) throw new OutOfBounds();
		const start = this.at;
		this.at += length;
		return start;
	}
	u8() {
		return this.bytes[this.advance(1)];
	}
	u16() {
		return this.view.getUint16(this.advance(2), true);
	}
	u32() {
		return this.view.getUint32(this.advance(4), true);
	}
	/** `length` bytes, one character for each. */
	raw(length) {
		const start = this.advance(length);
		let text = "";
		for (let i = start; i < start + length; i++) text += String.fromCharCode(this.bytes[i]);
		return text;
	}
	text() {
		return this.raw(this.u16());
	}
	rest() {
		return this.bytes.subarray(this.at);
	}
};
/** `undefined` when the bytes do not follow the layout: they are then compared as they are. */
function readScripts(vmad) {
	try {
		const cursor = new Cursor(vmad);
		const version = cursor.u16();
		const objectFormat = cursor.u16();
		if (version < 4 || version > 6 || objectFormat < 1 || objectFormat > 2) return void 0;
		const scripts = [];
		for (let left = cursor.u16(); left > 0; left--) scripts.push(readScript(cursor));
		return {
			version,
			objectFormat,
			scripts,
			rest: cursor.rest()
		};
	} catch (error) {
		if (error instanceof OutOfBounds) return void 0;
		throw error;
	}
}
function readScript(cursor) {
	const name = cursor.text();
	const status = cursor.u8();
	const properties = [];
	for (let left = cursor.u16(); left > 0; left--) properties.push(readProperty(cursor, 0));
	return {
		name,
		status,
		properties
	};
}
function readProperty(cursor, depth) {
	const name = cursor.text();
	const type = cursor.u8();
	return {
		name,
		type,
		status: cursor.u8(),
		value: readValue(cursor, type, depth)
	};
}
function readValue(cursor, type, depth) {
	if (depth > MAX_DEPTH) throw new OutOfBounds();
	if (type >= 11 && type <= 17) {
		const values = [];
		for (let left = cursor.u32(); left > 0; left--) values.push(readValue(cursor, type - 10, depth + 1));
		return JSON.stringify(values);
	}
	switch (type) {
		case 0: return "";
		case 1: return cursor.raw(8);
		case 2: return cursor.text();
		case 3:
		case 4: return cursor.raw(4);
		case 5: return cursor.raw(1);
		case 7: {
			const members = [];
			for (let left = cursor.u32(); left > 0; left--) members.push(readProperty(cursor, depth + 1));
			return JSON.stringify(members.map(propertyKey).sort());
		}
		default: throw new OutOfBounds();
	}
}
const propertyKey = (property) => JSON.stringify([
	property.name,
	property.type,
	property.status,
	property.value
]);
/** Bytes between the scripts and the script that holds a record's fragments: versions, flags, a count. */
const FRAGMENT_HEADS = {
	TERM: 1,
	PERK: 1,
	PACK: 2,
	INFO: 2,
	SCEN: 2,
	QUST: 3
};
/**
* Equal for two VMADs that differ in nothing but the order of scripts, properties and struct members.
* @param recordType of the record that holds it: what follows the scripts differs by it
* @returns `undefined` when the bytes do not follow the layout
*/
function scriptsKey(vmad, recordType) {
	const read = readScripts(vmad);
	if (read === void 0) return void 0;
	const scripts = read.scripts.map(scriptKey).sort();
	return JSON.stringify([
		read.version,
		read.objectFormat,
		scripts,
		restKey(read.rest, recordType)
	]);
}
const scriptKey = (script) => JSON.stringify([
	script.name,
	script.status,
	script.properties.map(propertyKey).sort()
]);
/** What follows the scripts, in a form in which equal fragments are equal strings. */
function restKey(rest, recordType) {
	const head = FRAGMENT_HEADS[recordType];
	const whole = new Cursor(rest).raw(rest.length);
	if (rest.length === 0 || head === void 0) return whole;
	try {
		const cursor = new Cursor(rest);
		const parts = [cursor.raw(head), scriptKey(readScript(cursor))];
		if (recordType === "QUST") {
			const count = rest[1] | rest[2] << 8;
			parts.push(fragmentsKey(cursor, count, 9), ...aliasKeys(cursor));
		} else if (recordType === "TERM" || recordType === "PERK") parts.push(fragmentsKey(cursor, cursor.u16(), 5));
		parts.push(cursor.raw(cursor.rest().length));
		return JSON.stringify(parts);
	} catch (error) {
		if (error instanceof OutOfBounds) return whole;
		throw error;
	}
}
/** Fragments carry the stage, item or entry they belong to (in `head` bytes), so their order means nothing. */
function fragmentsKey(cursor, count, head) {
	const fragments = [];
	for (let left = count; left > 0; left--) fragments.push(JSON.stringify([
		cursor.raw(head),
		cursor.text(),
		cursor.text()
	]));
	return JSON.stringify(fragments.sort());
}
/** The scripts of a quest's aliases. */
function aliasKeys(cursor) {
	const aliases = [];
	for (let left = cursor.u16(); left > 0; left--) {
		const alias = cursor.raw(12);
		const scripts = [];
		for (let count = cursor.u16(); count > 0; count--) scripts.push(scriptKey(readScript(cursor)));
		aliases.push(JSON.stringify([alias, scripts.sort()]));
	}
	return aliases;
}

// ../../work/h/me/dist/bethesda/plugin/compare.js
/**
* Whether two versions of a record mean the same. The Creation Kit rewrites noise on every save: timestamps and
* version control info in headers, padding in conditions, the order of script properties. None of it counts here.
*/
/** @throws SyncError `MALFORMED_PLUGIN` when the payload of one cannot be read */
function sameRecord(a, b, codec) {
	if (a.type !== b.type || a.formId !== b.formId) return false;
	if ((a.flags | RECORD_FLAG.compressed) !== (b.flags | RECORD_FLAG.compressed)) return false;
	if (((a.flags ^ b.flags) & RECORD_FLAG.compressed) === 0 && equal(a.data, b.data)) return true;
	return sameSubrecords(a.type, meaningful(a, codec), meaningful(b, codec));
}
const sameSubrecords = (recordType, a, b) => a.length === b.length && a.every((sub, i) => sameSubrecord(recordType, sub, b[i]));
/** The subrecords of a record, without what one Creation Kit writes and another leaves out: TES4's cache of its own, GLOB's default type. */
function meaningful(record, codec) {
	const all = subrecordsOf(record, codec);
	if (record.type === "TES4") return all.filter(({ type }) => type !== "TNAM");
	if (record.type === "GLOB") return all.filter(({ type, data }) => type !== "FNAM" || data[0] !== FLOAT);
	return all;
}
/** `f` */
const FLOAT = 102;
/** @param recordType of the record that both stand in */
function sameSubrecord(recordType, a, b) {
	if (b === void 0 || a.type !== b.type) return false;
	if (a.type === "VMAD") {
		if (equal(a.data, b.data)) return true;
		const key = scriptsKey(a.data, recordType);
		return key !== void 0 && key === scriptsKey(b.data, recordType);
	}
	if (a.data.length !== b.data.length) return false;
	for (let i = 0; i < a.data.length; i++) if (a.data[i] !== b.data[i] && !isNoise(recordType, a.type, i)) return false;
	return true;
}
/**
* Bytes that mean nothing: padding that the Creation Kit leaves unset, and HEDR, whose count follows from the content
* and whose version follows from the Kit that saved (0.95 and 1.0 alternate in a real history).
*/
function isNoise(recordType, type, index) {
	if (type === "CTDA") return index >= 1 && index <= 3 || index === 10 || index === 11;
	if (recordType === "QUST" && type === "DNAM") return index === 3;
	if (recordType === "PACK" && type === "PFO2") return index >= 13;
	return recordType === "TES4" && type === "HEDR";
}
/** The data with zeros in place of what means nothing. @param recordType of the record that it stands in */
function withoutNoise(recordType, { type, data }) {
	if (!data.some((byte, i) => byte !== 0 && isNoise(recordType, type, i))) return data;
	return Uint8Array.from(data, (byte, i) => isNoise(recordType, type, i) ? 0 : byte);
}
/** Names a record within its plugin: the groups it stands in, its type and its FormID. */
function recordKey(record, groupPath) {
	return `${groupPath}/${record.type}:${record.formId.toString(16)}`;
}
/**
* Calls `visit` for TES4 and every record in the order of the file, with the path of the groups around it:
* `type:label` for each, in hex, outermost first.
*/
function eachRecord(plugin, visit) {
	const walk = (nodes, path) => {
		for (const node of nodes) if (node.kind === "record") visit(node, path);
		else walk(node.children, `${path}/${node.groupType.toString(16)}:${node.label.toString(16)}`);
	};
	visit(plugin.tes4, "");
	walk(plugin.nodes, "");
}

// ../../work/h/me/dist/bethesda/plugin/write.js
/** From a `Plugin` to bytes: sizes are computed, everything else stands as it was read or built. */
/** Byte for byte what `parsePlugin` read, when nothing was changed. */
function formatPlugin(plugin) {
	const sizes = [];
	const measure = (node) => {
		if (node.kind === "record") return 24 + node.data.length;
		const slot = sizes.push(0) - 1;
		let size = 24;
		for (const child of node.children) size += measure(child);
		sizes[slot] = size;
		return size;
	};
	const all = [plugin.tes4, ...plugin.nodes];
	let length = 0;
	for (const node of all) length += measure(node);
	const bytes = new Uint8Array(length);
	const view = viewOf(bytes);
	let at = 0;
	let group = 0;
	const put = (node) => {
		bytes.set(node.header, at);
		if (node.kind === "record") {
			view.setUint32(at + 4, node.data.length, true);
			bytes.set(node.data, at + 24);
			at += 24 + node.data.length;
			return;
		}
		view.setUint32(at + 4, sizes[group++], true);
		at += 24;
		for (const child of node.children) put(child);
	};
	for (const node of all) put(node);
	return bytes;
}
/** Records and groups, without TES4: what HEDR counts. */
function countNodes(nodes) {
	let count = nodes.length;
	for (const node of nodes) if (node.kind === "group") count += countNodes(node.children);
	return count;
}
function formatSubrecords(list) {
	const parts = [];
	for (const { type, data, long } of list) {
		const extended = long || data.length > 65535;
		if (extended) {
			const size = /* @__PURE__ */ new Uint8Array(4);
			viewOf(size).setUint32(0, data.length, true);
			parts.push(subrecordHeader("XXXX", 4), size);
		}
		parts.push(subrecordHeader(type, extended ? 0 : data.length), data);
	}
	return concat(parts);
}
function subrecordHeader(type, size) {
	const header = /* @__PURE__ */ new Uint8Array(6);
	for (let i = 0; i < 4; i++) header[i] = type.charCodeAt(i);
	viewOf(header).setUint16(4, size, true);
	return header;
}

// ../../work/h/me/dist/bethesda/pluginFiles.js
/** Which files of a `Data` folder belong to one plugin: what a project made there begins with. */
/**
* @param pluginName file name, such as `My Mod.esp`
* @param plugin its bytes: they name the scripts and the assets that its records use
* @param paths every path of the folder, relative to `Data`
* @throws SyncError `MALFORMED_PLUGIN`
*/
function filesOfPlugin(pluginName, plugin, paths, codec) {
	const named = namedLike(pluginName);
	const uses = plugin === void 0 ? NOTHING : usedBy(plugin, codec);
	const belongs = [];
	const maybe = [];
	for (const path of paths) {
		if (isGameFile(path)) continue;
		const lower = path.toLowerCase();
		const verdict = named(lower);
		if (verdict === "belongs" || uses.scripts.has(scriptOf(lower))) belongs.push(path);
		else if (verdict === "maybe" || uses.assets.has(lower)) maybe.push(path);
	}
	return {
		belongs,
		maybe
	};
}
/** Where the game looks for files that carry a plugin's name. */
function namedLike(pluginName) {
	const plugin = pluginName.toLowerCase();
	const stem = plugin.slice(0, plugin.length - extensionOf(plugin).length);
	const squeezed = squeeze(stem);
	return (lower) => {
		const parts = lower.split("/");
		const name = parts.pop();
		if (parts.includes(plugin) || parts.includes(stem)) return "belongs";
		if (name === plugin || name.startsWith(`${stem} - `)) return "belongs";
		const bare = name.slice(0, name.length - extensionOf(name).length);
		if (bare === stem) return "belongs";
		if (parts[0] === "strings" && bare.startsWith(`${stem}_`)) return "belongs";
		if (parts[0] === "f4se" && (bare.startsWith(`${stem}_`) || bare === `${stem}custom`)) return "belongs";
		if (parts.length === 0 && bare.startsWith(`${stem}_`) && extensionOf(name) === ".ini") return "belongs";
		if (squeezed.length < 4) return void 0;
		if (squeeze(bare).startsWith(squeezed)) return "maybe";
		return parts.some((part) => squeeze(part) === squeezed) ? "maybe" : void 0;
	};
}
const squeeze = (name) => name.replace(/[\s_.'-]+/g, "");
const NOTHING = {
	scripts: /* @__PURE__ */ new Set(),
	assets: /* @__PURE__ */ new Set()
};
/** `scripts/a/b.pex`, `scripts/source/user/a/b.psc` → `a/b`; anything else → ''. */
function scriptOf(lower) {
	const source = /^scripts\/source\/(?:user\/)?(.+)\.psc$/.exec(lower);
	if (source) return source[1];
	return /^scripts\/(.+)\.pex$/.exec(lower)?.[1] ?? "";
}
/** In which folder a record's relative path starts, by extension. */
const ASSET_FOLDERS = {
	".nif": "meshes",
	".hkx": "meshes",
	".tri": "meshes",
	".dds": "textures",
	".bgsm": "materials",
	".bgem": "materials",
	".wav": "sound",
	".xwm": "sound",
	".swf": "interface"
};
const LONGEST_PATH = 400;
function usedBy(bytes, codec) {
	const scripts = /* @__PURE__ */ new Set();
	const assets = /* @__PURE__ */ new Set();
	eachRecord(parsePlugin(bytes), (record) => {
		if (record.flags & 262144 && codec === void 0) return;
		for (const { type, data } of subrecordsOf(record, codec ?? NO_CODEC)) if (type === "VMAD") for (const name of scriptNames(data)) scripts.add(name);
		else if (data.length > 5 && data.length < LONGEST_PATH && data.at(-1) === 0) {
			const path = assetPath(zstring$1(data));
			if (path !== void 0) assets.add(path);
		}
	});
	return {
		scripts,
		assets
	};
}
const NO_CODEC = { inflate: () => {
	throw new Error("compressed records are skipped without a codec");
} };
/** Attached scripts, and the fragments that the Creation Kit generates for quests, terminals and so on. */
function* scriptNames(vmad) {
	const read = readScripts(vmad);
	if (read === void 0) return;
	for (const { name } of read.scripts) yield name.toLowerCase().replaceAll(":", "/");
	let rest = "";
	for (const byte of read.rest) rest += String.fromCharCode(byte);
	for (const [name] of rest.matchAll(/fragments:\w+:\w+/gi)) yield name.toLowerCase().replaceAll(":", "/");
}
function assetPath(text) {
	const folder = ASSET_FOLDERS[extensionOf(nameOf(text.replaceAll("\\", "/")))];
	if (folder === void 0) return void 0;
	const path = text.toLowerCase().replaceAll("\\", "/").replace(/^(?:data)?\/+/, "");
	return path.startsWith(`${folder}/`) ? path : `${folder}/${path}`;
}

// ../../work/h/me/dist/bethesda/profile.js
/**
* The Fallout 4 project profile: what each path is, and the `.gitattributes` and `.gitignore` that a new project
* begins with. Stock Git and stock git-lfs read both, so every pattern is theirs.
*/
/** Bytes. A plugin beyond it gets an attribute line of its own and lives in LFS from then on. */
const PLUGIN_LIMIT = 20971520;
/** What goes to LFS, by extension, under a heading for the person who reads `.gitattributes`. */
const LFS_GROUPS = [
	["Textures and images", [
		"dds",
		"tga",
		"bmp",
		"png",
		"jpg",
		"jpeg",
		"tif",
		"tiff",
		"hdr",
		"psd",
		"xcf",
		"kra",
		"spp",
		"sbs",
		"sbsar"
	]],
	["Meshes, animations, facial data, level of detail", [
		"nif",
		"hkx",
		"tri",
		"egm",
		"egt",
		"ssf",
		"bto",
		"btr",
		"btt",
		"lod",
		"fbx",
		"obj",
		"blend",
		"max",
		"ma",
		"mb",
		"ztl"
	]],
	["Previs and precombined meshes", [
		"csg",
		"cdx",
		"uvd"
	]],
	["Sound and video", [
		"wav",
		"xwm",
		"fuz",
		"lip",
		"mp3",
		"ogg",
		"flac",
		"bk2",
		"bik",
		"mp4",
		"avi",
		"mkv"
	]],
	["Archives", [
		"ba2",
		"bsa",
		"zip",
		"7z",
		"rar"
	]],
	["Interface movies, fonts, programs", [
		"swf",
		"gfx",
		"fla",
		"ttf",
		"otf",
		"dll",
		"exe",
		"pdb"
	]],
	["Documents", [
		"pdf",
		"doc",
		"docx",
		"xls",
		"xlsx",
		"odt",
		"ods"
	]]
];
const CLASSES = {
	plugin: [
		"esp",
		"esm",
		"esl"
	],
	"script-source": ["psc"],
	script: ["pex"],
	texture: [
		"dds",
		"tga",
		"bmp",
		"png",
		"jpg",
		"jpeg",
		"tif",
		"tiff",
		"hdr",
		"psd",
		"xcf",
		"kra"
	],
	mesh: [
		"nif",
		"hkx",
		"tri",
		"egm",
		"egt",
		"ssf",
		"bto",
		"btr",
		"btt",
		"lod",
		"csg",
		"cdx",
		"uvd",
		"fbx",
		"obj",
		"blend",
		"max"
	],
	sound: [
		"wav",
		"xwm",
		"fuz",
		"lip",
		"mp3",
		"ogg",
		"flac"
	],
	archive: [
		"ba2",
		"bsa",
		"zip",
		"7z",
		"rar"
	],
	interface: [
		"swf",
		"gfx",
		"fla"
	],
	strings: [
		"strings",
		"dlstrings",
		"ilstrings"
	],
	text: [
		"txt",
		"md",
		"ini",
		"json",
		"xml",
		"ppj",
		"as",
		"toml",
		"yaml",
		"yml",
		"csv",
		"tsv",
		"cfg",
		"html",
		"htm",
		"css",
		"js",
		"pas",
		"bat",
		"ps1",
		"flg",
		"achlist",
		"gitignore",
		"gitattributes"
	]
};
const CLASS_OF = /* @__PURE__ */ new Map();
for (const [name, extensions] of Object.entries(CLASSES)) for (const extension of extensions) CLASS_OF.set(`.${extension}`, name);
/** What a project path is, by its name alone. Case does not count, as in the game. */
function classify(path) {
	const lower = path.toLowerCase();
	if (/(^|\/)fomod\/[^/]+\.xml$/.test(lower)) return "fomod";
	const extension = extensionOf(lower) || (nameOf(lower).startsWith(".") ? nameOf(lower) : "");
	return CLASS_OF.get(extension) ?? "other";
}
const isPlugin = (path) => classify(path) === "plugin";
/** `dds` → `*.[dD][dD][sS]`: Git matches case on every platform but the game does not. */
function anyCase(extension) {
	let pattern = "*.";
	for (const char of extension) {
		const upper = char.toUpperCase();
		pattern += upper === char ? char : `[${char}${upper}]`;
	}
	return pattern;
}
const LFS = "filter=lfs diff=lfs merge=lfs -text";
/** The `.gitattributes` of a new project. Later lines win, so lines of its own can follow. */
function gitAttributes() {
	const lines = [
		"# Fallout 4 project. Bytes are kept as they are: no line ending is ever converted.",
		"* -text",
		"",
		"# Scripts and plugins live in Git itself: text is merged by lines, plugins are never merged as text.",
		`${anyCase("psc")} diff`,
		...CLASSES.plugin.map((extension) => `${anyCase(extension)} binary diff=modsync-plugin`),
		`${anyCase("pex")} binary`,
		...CLASSES.strings.map((extension) => `${anyCase(extension)} binary`)
	];
	for (const [heading, extensions] of LFS_GROUPS) lines.push("", `# ${heading}`, ...extensions.map((extension) => `${anyCase(extension)} ${LFS}`));
	return `${lines.join("\n")}\n`;
}
/**
* The attribute line that moves one file to LFS, such as a plugin beyond `PLUGIN_LIMIT`. Matches this path only.
* @param path a project path
*/
function lfsLineFor(path) {
	return `/${path.replace(/[*?[]/g, "[$&]").replace(/\\/g, "\\\\").replace(/\s/g, "[[:space:]]")} ${LFS}`;
}
/** The `.gitignore` of a new project: secrets, and what editors and the system leave behind. Nothing that a mod ships. */
function gitIgnore() {
	return `# Keys and tokens
.env.local

# The system
[Tt]humbs.db
ehthumbs.db
[Dd]esktop.ini
$RECYCLE.BIN/
.DS_Store
._*
.Trash-*/

# Editors
*.tmp
*.temp
*.swp
*~
~$*
.#*
*.[bB][aA][kK]
*.orig
*.rej
*.blend[1-9]
.vs/
.vscode/
.idea/

# Creation Kit, xEdit, Mod Organizer, Vortex
/[Bb]ackup/*.[eE][sS][pPmMlL]*
*.[eE][sS][pPmMlL].save.*
*.[eE][sS][pPmMlL].backup.*
FO4Edit Backups/
FO4Edit Cache/
/meta.ini
__folder_managed_by_vortex
vortex.deployment.*
*.vortex_backup

# Logs and crash dumps
*.[lL][oO][gG]
*.dmp
*.mdmp
`;
}

// ../../work/h/me/dist/bethesda/sample/plugin.js
/** The sample's plugin: a small settlement mod for Fallout4.esm, laid out as the Creation Kit writes it. */
const FORM_VERSION = 131;
/** The first object id that a plugin may own. */
const FIRST_OBJECT_ID = 2048;
/** One master, so the plugin's own records have 01 as their top byte. */
const OWN = 16777216;
const number = (size, write) => {
	const bytes = new Uint8Array(size);
	write(new DataView(bytes.buffer));
	return bytes;
};
const u8 = (value) => Uint8Array.of(value);
const u16 = (value) => number(2, (view) => view.setUint16(0, value, true));
const u32 = (value) => number(4, (view) => view.setUint32(0, value, true));
const f32 = (value) => number(4, (view) => view.setFloat32(0, value, true));
const zstring = (text) => utf8(`${text}\0`);
/** Length in two bytes, then the text. */
const wstring = (text) => concat([u16(utf8(text).length), utf8(text)]);
function record(type, formId, parts, flags = 0) {
	const header = new Uint8Array(24);
	const view = new DataView(header.buffer);
	header.set(utf8(type));
	view.setUint32(8, flags, true);
	view.setUint32(12, formId, true);
	view.setUint16(20, FORM_VERSION, true);
	return {
		kind: "record",
		type,
		flags,
		formId,
		header,
		data: formatSubrecords(parts.map(([type, data]) => ({
			type,
			data,
			long: false
		}))),
		offset: 0
	};
}
function topGroup(type, children) {
	const header = new Uint8Array(24);
	header.set(utf8("GRUP"));
	header.set(utf8(type), 8);
	return {
		kind: "group",
		groupType: 0,
		label: new DataView(header.buffer).getUint32(8, true),
		header,
		children,
		offset: 0
	};
}
const JUNK = [
	"Vacuum Tube",
	"Copper Coil",
	"Cracked Lens",
	"Relay Board",
	"Signal Horn",
	"Fuse Box",
	"Antenna Rod"
];
/** OBND: two corners of a box, in game units. */
const BOUNDS = concat([
	-4,
	-4,
	0,
	4,
	4,
	9
].map((edge) => u16(edge & 65535)));
const CONDITIONS = [
	"Old",
	"Scorched",
	"Polished",
	"Military",
	"Vault-Tec",
	"Makeshift"
];
/**
* @param script the script that the quest carries, such as `Beacon:BeaconQuest`
*/
function samplePlugin(random, author, script) {
	let objectId = FIRST_OBJECT_ID;
	const next = () => OWN | objectId++;
	const range = next();
	const interval = next();
	const globals = [record("GLOB", range, [
		["EDID", zstring("Beacon_Range")],
		["FNAM", u8(102)],
		["FLTV", f32(2048)]
	]), record("GLOB", interval, [
		["EDID", zstring("Beacon_Interval")],
		["FNAM", u8(102)],
		["FLTV", f32(5 + random.below(20))]
	])];
	const keyword = next();
	const keywords = [record("KYWD", keyword, [
		["EDID", zstring("Beacon_IsPart")],
		["CNAM", u32(16753920)],
		["TNAM", u32(0)]
	])];
	const parts = [];
	for (let i = 0; i < 40; i++) {
		const name = `${random.pick(CONDITIONS)} ${random.pick(JUNK)}`;
		parts.push(record("MISC", next(), [
			["EDID", zstring(`Beacon_Part${String(i).padStart(2, "0")}`)],
			["OBND", BOUNDS],
			["FULL", zstring(name)],
			["MODL", zstring(`Beacon\\Part${i % 4}.nif`)],
			["KSIZ", u32(1)],
			["KWDA", u32(keyword)],
			["DATA", concat([u32(5 + random.below(200)), f32((1 + random.below(40)) / 10)])]
		]));
	}
	const list = record("FLST", next(), [["EDID", zstring("Beacon_Parts")], ...parts.map((part) => ["LNAM", u32(part.formId)])]);
	const quest = record("QUST", next(), [
		["EDID", zstring("Beacon_Quest")],
		["VMAD", attached(script, {
			BeaconRange: range,
			BeaconInterval: interval,
			BeaconParts: list.formId
		})],
		["FULL", zstring("The Beacon")],
		["DNAM", concat([
			u16(273),
			u8(50),
			/* @__PURE__ */ new Uint8Array(9)
		])],
		["NEXT", /* @__PURE__ */ new Uint8Array()],
		["INDX", u32(0)],
		["ANAM", u32(0)]
	]);
	const nodes = [
		topGroup("KYWD", keywords),
		topGroup("GLOB", globals),
		topGroup("MISC", parts),
		topGroup("QUST", [quest]),
		topGroup("FLST", [list])
	];
	const tes4 = record("TES4", 0, [
		["HEDR", concat([
			f32(1),
			u32(countNodes(nodes)),
			u32(objectId)
		])],
		["CNAM", zstring(author)],
		["MAST", zstring("Fallout4.esm")],
		["DATA", /* @__PURE__ */ new Uint8Array(8)],
		["INTV", u32(1)]
	]);
	return formatPlugin({
		tes4,
		nodes
	});
}
/** VMAD of version 6, object format 2: one script whose properties are objects. */
function attached(script, objects) {
	const properties = Object.entries(objects).map(([name, formId]) => concat([
		wstring(name),
		u8(1),
		u8(1),
		u16(0),
		u16(65535),
		u32(formId)
	]));
	return concat([
		u16(6),
		u16(2),
		u16(1),
		wstring(script),
		u8(0),
		u16(properties.length),
		...properties
	]);
}

// ../../work/h/me/dist/bethesda/sample/random.js
function randomFrom(seed) {
	let state = seed | 0;
	const bits = () => {
		state = state + 1831565813 | 0;
		let mixed = Math.imul(state ^ state >>> 15, 1 | state);
		mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
		return (mixed ^ mixed >>> 14) >>> 0;
	};
	const below = (limit) => bits() % limit;
	return {
		bits,
		below,
		pick: (items) => items[below(items.length)]
	};
}

// ../../work/h/me/dist/bethesda/sample/texts.js
/** The text files of the sample project: Papyrus sources, FOMOD installer, MCM menu, settings, readme. */
/** Papyrus sources as the Creation Kit writes them, with CRLF. */
const crlf = (text) => text.replaceAll("\n", "\r\n");
const questScript = () => crlf(`Scriptname Beacon:BeaconQuest extends Quest
{Counts the beacon's parts that the player carries, and calls out when all are there.}

GlobalVariable Property BeaconRange Auto Const Mandatory
GlobalVariable Property BeaconInterval Auto Const Mandatory
FormList Property BeaconParts Auto Const Mandatory

int CountTimer = 1 const
int lastCount = 0

Event OnQuestInit()
  StartTimer(BeaconInterval.GetValue(), CountTimer)
EndEvent

Event OnTimer(int aiTimerID)
  If aiTimerID != CountTimer
    Return
  EndIf
  int count = CountParts()
  If count != lastCount
    lastCount = count
    Debug.Trace("Beacon: " + count + " of " + BeaconParts.GetSize())
  EndIf
  StartTimer(BeaconInterval.GetValue(), CountTimer)
EndEvent

int Function CountParts()
  Actor player = Game.GetPlayer()
  int found = 0
  int index = 0
  While index < BeaconParts.GetSize()
    If player.GetItemCount(BeaconParts.GetAt(index)) > 0
      found += 1
    EndIf
    index += 1
  EndWhile
  Return found
EndFunction

bool Function IsComplete()
  Return CountParts() >= BeaconParts.GetSize()
EndFunction
`);
const lightScript = () => crlf(`Scriptname Beacon:BeaconLight extends ObjectReference
{Switches the light on while the beacon is complete.}

Beacon:BeaconQuest Property Beacon Auto Const Mandatory

Event OnActivate(ObjectReference akActionRef)
  If akActionRef != Game.GetPlayer()
    Return
  EndIf
  If Beacon.IsComplete()
    Enable()
  Else
    Debug.Notification("Parts are still missing.")
  EndIf
EndEvent

Event OnLoad()
  If !Beacon.IsComplete()
    Disable()
  EndIf
EndEvent
`);
const fomodInfo = (author) => `<?xml version="1.0" encoding="UTF-8"?>
<fomod>
  <Name>The Beacon</Name>
  <Author>${author}</Author>
  <Version>1.0.0</Version>
  <Description>A sample mod: collect the parts, light the beacon.</Description>
</fomod>
`;
const fomodConfig = () => `<?xml version="1.0" encoding="UTF-8"?>
<config xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://qconsulting.ca/fo3/ModConfig5.0.xsd">
  <moduleName>The Beacon</moduleName>
  <requiredInstallFiles>
    <file source="Beacon.esp" destination="Beacon.esp" priority="0" />
    <file source="Beacon - Main.ba2" destination="Beacon - Main.ba2" priority="0" />
  </requiredInstallFiles>
  <installSteps order="Explicit">
    <installStep name="Options">
      <optionalFileGroups order="Explicit">
        <group name="Textures" type="SelectExactlyOne">
          <plugins order="Explicit">
            <plugin name="Loose textures">
              <description>Full size.</description>
              <files>
                <folder source="Textures" destination="Textures" priority="0" />
              </files>
              <typeDescriptor>
                <type name="Recommended" />
              </typeDescriptor>
            </plugin>
            <plugin name="None">
              <description>Uses what the game has.</description>
              <typeDescriptor>
                <type name="Optional" />
              </typeDescriptor>
            </plugin>
          </plugins>
        </group>
      </optionalFileGroups>
    </installStep>
  </installSteps>
</config>
`;
const mcmConfig = () => `${JSON.stringify({
	modName: "Beacon",
	displayName: "The Beacon",
	minMcmVersion: 1,
	pluginRequirements: ["Beacon.esp"],
	content: [
		{
			text: "Signal",
			type: "section"
		},
		{
			text: "Range",
			type: "slider",
			help: "How far the beacon is seen, in game units.",
			valueOptions: {
				min: 512,
				max: 8192,
				step: 256,
				sourceType: "GlobalValue",
				sourceForm: "Beacon.esp|800"
			}
		},
		{
			text: "Seconds between counts",
			type: "slider",
			valueOptions: {
				min: 1,
				max: 60,
				step: 1,
				sourceType: "GlobalValue",
				sourceForm: "Beacon.esp|801"
			}
		}
	]
}, void 0, 2)}\n`;
const settings = () => crlf(`[Signal]
; Shown in the console while testing.
bTrace=1
fVolume=0.8

[Colors]
sOn=FFA500
sOff=303030
`);
const readme = () => `# The Beacon

A sample Fallout 4 mod, generated by modsync. Collect forty parts and light a beacon.

The plugin needs nothing but the game. The scripts in \`Scripts/Source/User/Beacon\` are sources: compile them with
the Creation Kit before playing. The textures are noise.
`;

// ../../work/h/me/dist/bethesda/sample/texture.js
/** A DDS texture: BC1 with mip levels, filled with noise. */
const HEADER_SIZE = 128;
/** CAPS, HEIGHT, WIDTH, PIXELFORMAT, MIPMAPCOUNT, LINEARSIZE. */
const HAS = 659463;
/** COMPLEX, TEXTURE, MIPMAP. */
const CAPS = 4198408;
/** Two colours and sixteen 2-bit indices for 4 × 4 pixels. */
const BLOCK_SIZE = 8;
const blocks = (pixels) => Math.max(1, pixels >> 2);
/** @param side of the square, in pixels; a power of two */
function texture(side, random) {
	const levels = Math.log2(side) + 1;
	let length = HEADER_SIZE;
	for (let level = 0; level < levels; level++) length += blocks(side >> level) ** 2 * BLOCK_SIZE;
	const bytes = new Uint8Array(length);
	const view = new DataView(bytes.buffer);
	bytes.set(utf8("DDS "));
	view.setUint32(4, 124, true);
	view.setUint32(8, HAS, true);
	view.setUint32(12, side, true);
	view.setUint32(16, side, true);
	view.setUint32(20, blocks(side) ** 2 * BLOCK_SIZE, true);
	view.setUint32(28, levels, true);
	view.setUint32(76, 32, true);
	view.setUint32(80, 4, true);
	bytes.set(utf8("DXT1"), 84);
	view.setUint32(108, CAPS, true);
	for (let at = HEADER_SIZE; at < length; at += 4) view.setUint32(at, random.bits(), true);
	return bytes;
}

// ../../work/h/me/dist/bethesda/sample/index.js
/**
* A sample Fallout 4 project, made rather than shipped: the plugin, its scripts, textures, an archive, a FOMOD
* installer. The same seed gives the same bytes. Used by `npm start`, the tests and the bench.
*/
/** As translations are written: little-endian, with a byte order mark. */
const utf16 = (text) => {
	const bytes = new Uint8Array(2 + text.length * 2);
	const view = new DataView(bytes.buffer);
	view.setUint16(0, 65279, true);
	for (let i = 0; i < text.length; i++) view.setUint16(2 + i * 2, text.charCodeAt(i), true);
	return bytes;
};
const AUTHOR = "modsync";
/** Sides in pixels, the larger half of the bytes first. */
const SIDES = [
	2048,
	1024,
	512,
	256
];
function sampleProject(seed, options = {}) {
	const random = randomFrom(seed);
	const project = [
		{
			path: "Beacon.esp",
			content: samplePlugin(random, AUTHOR, "Beacon:BeaconQuest")
		},
		{
			path: "Beacon.ini",
			content: utf8(settings())
		},
		{
			path: "MCM/Config/Beacon/config.json",
			content: utf8(mcmConfig())
		},
		{
			path: "README.md",
			content: utf8(readme())
		},
		{
			path: "Scripts/Source/User/Beacon/BeaconLight.psc",
			content: utf8(lightScript())
		},
		{
			path: "Scripts/Source/User/Beacon/BeaconQuest.psc",
			content: utf8(questScript())
		},
		{
			path: "fomod/ModuleConfig.xml",
			content: utf8(fomodConfig())
		},
		{
			path: "fomod/info.xml",
			content: utf8(fomodInfo(AUTHOR))
		}
	];
	const archived = [
		{
			path: "Textures/Beacon/Glow_d.dds",
			content: texture(256, random)
		},
		{
			path: "Textures/Beacon/Glow_g.dds",
			content: texture(128, random)
		},
		{
			path: "Interface/Translations/Beacon_en.txt",
			content: utf16("$Beacon_Range	Range\r\n")
		}
	];
	project.push({
		path: "Beacon - Main.ba2",
		content: writeBa2(archived)
	});
	project.push(...textures((options.megabytes ?? 4) * 1024 * 1024, random));
	return project.sort((a, b) => a.path < b.path ? -1 : 1);
}
/** As many textures as fit into `bytes`, from large to small; one at least. */
function textures(bytes, random) {
	const made = [];
	let left = bytes;
	for (const side of SIDES) {
		const size = Math.ceil(side * side / 1.5);
		const last = side === SIDES.at(-1);
		for (const room = last ? 0 : left / 3; left - size >= room || last && made.length === 0; left -= size) {
			const name = `Part${String(made.length).padStart(3, "0")}_${random.pick([
				"d",
				"n",
				"s"
			])}.dds`;
			made.push({
				path: `Textures/Beacon/${name}`,
				content: texture(side, random)
			});
		}
	}
	return made;
}

export { isGameFile as A, subrecords as C, zstring$1 as D, parsePluginHeader as E, writeBa2 as F, hashesOf as M, readBa2 as N, HEADER_SIZE$1 as O, readBa2Entry as P, payloadOf as S, parsePlugin as T, sameSubrecords as _, gitIgnore as a, restKey as b, filesOfPlugin as c, formatSubrecords as d, eachRecord as f, sameSubrecord as g, sameRecord as h, gitAttributes as i, isGameFolder as j, RECORD_FLAG as k, countNodes as l, recordKey as m, PLUGIN_LIMIT as n, isPlugin as o, meaningful as p, classify as r, lfsLineFor as s, sampleProject as t, formatPlugin as u, withoutNoise as v, subrecordsOf as w, editorIdOf as x, readScripts as y };