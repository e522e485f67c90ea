import { r as hasCode } from "./errors-CKzV5trQ.js";
import { i as exactText, s as toHex } from "./bytes-N1wsZNrM.js";
import { D as zstring, T as parsePlugin, b as restKey, g as sameSubrecord, p as meaningful, v as withoutNoise, y as readScripts } from "./bethesda-BKckgJL1.js";

// ../../work/h/me/dist/merge/plugin/types.js
/** Thrown inside this folder only: why these plugins cannot be merged by their records. */
var NotMergeable = class extends Error {};
const formIdText = (formId) => formId.toString(16).toUpperCase().padStart(8, "0");

// ../../work/h/me/dist/merge/plugin/contents.js
/**
* A plugin's records by FormID, each with the place it stands in. A place is named so that the same group has the
* same name in two versions: the children of a record by that record alone, wherever the record stands, every other
* group by its path.
*/
/** Group types, as `PluginGroup.groupType` has them. */
const GROUP = {
	top: 0,
	cell: 6,
	topic: 7,
	persistent: 8,
	temporary: 9,
	ten: 10
};
/** Records whose children follow them in a group of this type. */
const OWNED = {
	WRLD: 1,
	CELL: 6,
	DIAL: 7,
	QUST: 10
};
/** Which other group stands in which: interior blocks, exterior blocks, the lists of a cell. Skyrim's third is 10. */
const STANDS_IN = {
	2: 0,
	3: 2,
	4: 1,
	5: 4,
	8: 6,
	9: 6,
	10: 6
};
/** The place of a record's children, where it is of a type that can have any. */
function ownedPlace({ type, formId }) {
	const groupType = OWNED[type];
	return groupType === void 0 ? void 0 : `${groupType}:${formId.toString(16)}`;
}
function placeOwnedBy(contents, formId) {
	const entry = contents.records.get(formId);
	const key = entry && ownedPlace(entry.record);
	return key === void 0 ? void 0 : contents.places.get(key);
}
/**
* @param whose the side, for the reason: `Your version`
* @throws NotMergeable for a damaged plugin, and for one whose records cannot be told apart
*/
function readContents(bytes, whose) {
	const plugin = parse(bytes, whose);
	const records = /* @__PURE__ */ new Map();
	const places = /* @__PURE__ */ new Map();
	const doubt = (what) => new NotMergeable(`${whose} ${what}`);
	const enter = (group, around, owner) => {
		const name = `${group.groupType}:${group.label.toString(16)}`;
		const key = around ? `${around.key}/${name}` : name;
		if (places.has(key)) throw doubt(`has two groups where one belongs (${placeName({
			group,
			around
		})})`);
		const inner = [];
		const place = {
			key,
			group,
			around,
			owner,
			inner
		};
		places.set(key, place);
		let previous;
		for (const node of group.children) if (node.kind === "record") {
			const { formId, type } = node;
			if (formId === 0 || formId >>> 24 > plugin.masters.length || records.has(formId)) throw doubt(records.has(formId) ? `has two records with the FormID ${formIdText(formId)}` : `has a ${type} record with the FormID ${formIdText(formId)}, which belongs to none of its masters`);
			if (group.groupType === GROUP.top && group.label !== labelOf(node)) throw doubt(`has a ${type} record in the group ${placeName(place)}`);
			records.set(formId, {
				record: node,
				place
			});
			previous = node;
		} else if (previous && OWNED[previous.type] === node.groupType && previous.formId === node.label) {
			enter(node, void 0, previous.formId);
			previous = void 0;
		} else {
			if (!(STANDS_IN[node.groupType] === group.groupType && (group.groupType !== GROUP.cell || node.label === group.label))) throw doubt(`has a group of type ${node.groupType} in the group ${placeName(place)}`);
			inner.push(enter(node, place, void 0));
			previous = void 0;
		}
		return place;
	};
	return {
		plugin,
		records,
		places,
		top: plugin.nodes.map((node) => {
			if (node.kind !== "group" || node.groupType !== GROUP.top) throw doubt("has records or groups outside the groups of its records");
			return enter(node, void 0, void 0);
		})
	};
}
function parse(bytes, whose) {
	try {
		return parsePlugin(bytes);
	} catch (error) {
		throw asNotMergeable(error, whose);
	}
}
/** A damaged plugin is a reason not to merge; anything else stays what it is. */
function asNotMergeable(error, whose) {
	if (!hasCode(error, "MALFORMED_PLUGIN")) return error;
	return new NotMergeable(`${whose} is damaged at byte ${error.data.offset}: ${error.data.reason}`);
}
/** A record's type as a top group's label has it. */
const labelOf = ({ header }) => (header[0] | header[1] << 8 | header[2] << 16 | header[3] << 24) >>> 0;
/** In words: `CELL › block 3 › sub-block 7`. */
function placeName({ group, around }) {
	const name = groupName(group);
	return around ? `${placeName(around)} › ${name}` : name;
}
function groupName({ groupType, label, header }) {
	if (groupType === 0) return String.fromCharCode(...header.subarray(8, 12));
	if (groupType === 2) return `block ${label}`;
	if (groupType === 3) return `sub-block ${label}`;
	if (groupType === 4 || groupType === 5) return `${groupType === 4 ? "block" : "sub-block"} ${label >> 16}, ${label << 16 >> 16}`;
	if (groupType === GROUP.persistent) return "persistent";
	if (groupType === GROUP.temporary) return "temporary";
	return `children of ${formIdText(label)}`;
}
const recordIds = (place) => {
	const ids = [];
	if (place) {
		for (const node of place.group.children) if (node.kind === "record") ids.push(node.formId);
	}
	return ids;
};
/** The outermost group that a place stands in without leaving the children of a record. */
function rootOf(place) {
	let root = place;
	while (root.around) root = root.around;
	return root;
}

// ../../work/h/me/dist/merge/plugin/layout.js
/** The versions of one record side by side, subrecord by subrecord, for a person who has to choose. */
const NAMES = {
	CNTO: "item",
	COED: "item ownership",
	CTDA: "condition",
	DATA: "data",
	DESC: "description",
	DNAM: "data (DNAM)",
	EDID: "EditorID",
	FULL: "full name",
	ICON: "icon",
	KSIZ: "number of keywords",
	KWDA: "keywords",
	LNAM: "list entry",
	MODL: "model",
	MODT: "model textures",
	NAME: "base object",
	NAM1: "response text",
	OBND: "bounds",
	VMAD: "scripts",
	XLOC: "lock",
	XSCL: "scale"
};
const TEXTS = /* @__PURE__ */ new Set([
	"EDID",
	"FULL",
	"DESC",
	"MODL",
	"ICON",
	"MICO",
	"CNAM",
	"SNAM",
	"NAM1",
	"ITXT",
	"BTXT"
]);
const FORM_IDS = /* @__PURE__ */ new Set([
	"KWDA",
	"LNAM",
	"NAME",
	"XLOC"
]);
/** @throws SyncError `MALFORMED_PLUGIN`, which a record that came out of a merge does not give */
const layOutConflict = (conflict, codec) => layOutVersions(conflict.type, conflict.base, conflict.ours, conflict.theirs, codec);
/** @throws SyncError `MALFORMED_PLUGIN` */
function layOutVersions(recordType, first, second, third, codec) {
	const [base, ours, theirs] = [
		first,
		second,
		third
	].map((record) => record ? cellsOf(record, codec) : /* @__PURE__ */ new Map());
	const rows = [];
	for (const key of /* @__PURE__ */ new Set([
		...ours.keys(),
		...theirs.keys(),
		...base.keys()
	])) {
		const [b, o, t] = [
			base.get(key),
			ours.get(key),
			theirs.get(key)
		];
		const { type, name } = o ?? t ?? b;
		const byUs = !same(recordType, b, o);
		const byThem = !same(recordType, b, t);
		rows.push({
			type,
			name,
			...b && { base: b.text },
			...o && { ours: o.text },
			...t && { theirs: t.text },
			changedBy: byUs && byThem ? same(recordType, o, t) ? "alike" : "both" : byUs ? "ours" : byThem ? "theirs" : "nobody"
		});
	}
	return rows;
}
function same(recordType, a, b) {
	if (a?.subrecord && b?.subrecord) return sameSubrecord(recordType, a.subrecord, b.subrecord);
	return a?.text === b?.text;
}
/**
* What a record says, by what names a row in all versions of it: the type, and which of that type it is. Equal for
* records that differ in noise only.
*/
function cellsOf(record, codec) {
	const cells = /* @__PURE__ */ new Map();
	const times = /* @__PURE__ */ new Map();
	for (const subrecord of meaningful(record, codec)) {
		const { type, data } = subrecord;
		const scripts = type === "VMAD" ? readScripts(data) : void 0;
		for (const { name, properties } of byName(scripts?.scripts ?? [])) {
			cells.set(`VMAD ${name}`, {
				type,
				name: `script ${name}`,
				text: "attached"
			});
			for (const property of byName(properties)) cells.set(`VMAD ${name} ${property.name}`, {
				type,
				name: `script ${name}, property ${property.name}`,
				text: propertyText(property, scripts?.objectFormat)
			});
		}
		if (scripts && scripts.rest.length === 0) continue;
		const time = (times.get(type) ?? 0) + 1;
		times.set(type, time);
		const name = scripts ? "script fragments" : NAMES[type] ?? type;
		cells.set(`${type}#${time}`, {
			type,
			name: time > 1 ? `${name} ${time}` : name,
			text: scripts ? `${scripts.rest.length} bytes, ${digest(restKey(scripts.rest, record.type))}` : textOf(record.type, subrecord),
			...!scripts && { subrecord }
		});
	}
	return cells;
}
/** The Creation Kit writes scripts and properties in another order with each save. */
const byName = (list) => [...list].sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
function textOf(recordType, subrecord) {
	const { type } = subrecord;
	const data = withoutNoise(recordType, subrecord);
	const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
	if ((TEXTS.has(type) || looksLikeText(data)) && isText(data)) return exactText(data.subarray(0, -1)) ?? zstring(data);
	if (FORM_IDS.has(type) && data.length % 4 === 0) return Array.from({ length: data.length / 4 }, (_, i) => formIdText(view.getUint32(i * 4, true))).join(" ");
	if (type === "OBND" && data.length === 12) return Array.from({ length: 6 }, (_, i) => view.getInt16(i * 2, true)).join(" ");
	if (type === "FLTV" && data.length === 4) return String(view.getFloat32(0, true));
	if (PRICED.has(recordType) && type === "DATA" && data.length === 8) return `value ${view.getUint32(0, true)}, weight ${Number(view.getFloat32(4, true).toPrecision(7))}`;
	return hex(data);
}
/** Records whose DATA is a value and a weight. */
const PRICED = /* @__PURE__ */ new Set([
	"MISC",
	"KEYM",
	"BOOK"
]);
/** A text ends with its only NUL: the same type is a number in some records. */
const isText = (data) => data.length > 0 && data.indexOf(0) === data.length - 1 && data.every((byte, i) => byte >= 9 || i === data.length - 1);
/** Of a type that is not known to be one. */
const looksLikeText = (data) => data.length > 5 && data.subarray(0, -1).every((byte) => byte >= 32 && byte < 127);
const SHOWN = 64;
const hex = (data) => data.length > SHOWN ? `${toHex(data, 0, SHOWN)}… (${data.length} bytes, ${digest(data)})` : toHex(data);
/** Tells long values apart that begin alike (FNV-1a); nothing relies on it. */
function digest(value) {
	let hash = 2166136261;
	for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ (typeof value === "string" ? value.charCodeAt(i) : value[i]), 16777619);
	return (hash >>> 0).toString(16).padStart(8, "0");
}
/** A property's value, which is raw characters, one for each byte. */
function propertyText({ type, value }, objectFormat = 2) {
	const bytes = Uint8Array.from(value, (char) => char.charCodeAt(0));
	const view = new DataView(bytes.buffer);
	if (type === 1 && bytes.length === 8) return formIdText(view.getUint32(objectFormat === 2 ? 4 : 0, true));
	if (type === 3 && bytes.length === 4) return String(view.getInt32(0, true));
	if (type === 4 && bytes.length === 4) return String(view.getFloat32(0, true));
	if (type === 5 && bytes.length === 1) return bytes[0] ? "true" : "false";
	if (type > 10) return JSON.parse(value).map((element) => propertyText({
		name: "",
		type: type - 10,
		status: 0,
		value: element
	}, objectFormat)).join(", ");
	return value;
}

export { asNotMergeable as a, placeName as c, recordIds as d, rootOf as f, GROUP as i, placeOwnedBy as l, formIdText as m, layOutConflict as n, groupName as o, NotMergeable as p, layOutVersions as r, ownedPlace as s, cellsOf as t, readContents as u };