/**
 * A plugin (esp, esm, esl) of the TES4 family as a tree of groups and records.
 *
 * Everything keeps its original bytes: a header is the 24 bytes as they stood in the file, a record's data is what
 * was stored, still compressed where it was. All integers are little-endian. Sources: the "ESM" pages of fo4docs,
 * fopdoc, and UESP's mod file format pages.
 */

/** The header flags of a record that this room acts on. */
export const RECORD_FLAG = {
  /** In TES4: the plugin is a master. */
  master: 0x1,
  /** In TES4: strings live in `Strings/<plugin>_<language>.*`. */
  localized: 0x80,
  /** In TES4: a light plugin. */
  light: 0x200,
  /** The data is a u32 (its inflated size), then a zlib stream. */
  compressed: 0x40000,
} as const;

/** Bytes of a record's and of a group's header. */
export const HEADER_SIZE = 24;

export interface PluginRecord {
  readonly kind: 'record';
  /** Four characters, such as `MISC`. */
  readonly type: string;
  readonly flags: number;
  /** The top byte indexes the plugin's masters; the plugin's own records use the number of masters. */
  readonly formId: number;
  /** 24 bytes as in the file; the size field is written anew from `data`. */
  readonly header: Uint8Array;
  /** As stored: compressed where `flags` says so. */
  readonly data: Uint8Array;
  /** Of the header, in bytes from the start of the file it was read from. */
  readonly offset: number;
}

export interface PluginGroup {
  readonly kind: 'group';
  /** 0 top (label: a record type), 1 world children, 2/3 interior block and sub-block, 4/5 exterior ones, 6 to 10 children of a cell, topic or quest. */
  readonly groupType: number;
  /** A record type's four characters, a parent's FormID, a block number or grid coordinates: by `groupType`. */
  readonly label: number;
  /** 24 bytes as in the file; the size field is written anew from `children`. */
  readonly header: Uint8Array;
  readonly children: readonly PluginNode[];
  readonly offset: number;
}

export type PluginNode = PluginRecord | PluginGroup;

export interface Plugin {
  /** The first record of the file. */
  readonly tes4: PluginRecord;
  /** File names, in the order that FormIDs index them. */
  readonly masters: readonly string[];
  readonly author: string | undefined;
  /** HEDR's version: 0.95 or 1.0 in Fallout 4. */
  readonly version: number;
  /** HEDR's count: records and groups, without TES4 itself. */
  readonly recordCount: number;
  /** The object id that the Creation Kit gives to the next new record. */
  readonly nextObjectId: number;
  readonly isMaster: boolean;
  readonly isLight: boolean;
  readonly isLocalized: boolean;
  readonly nodes: readonly PluginNode[];
}

export interface Subrecord {
  /** Four characters, such as `EDID`. */
  readonly type: string;
  readonly data: Uint8Array;
  /** Preceded by `XXXX`, which carries the size: always so beyond 65,535 bytes. */
  readonly long: boolean;
}
