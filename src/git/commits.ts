/** Commits and annotated tags: from the bytes of their objects and back. Source: git-cat-file(1), gitformat-signature(5). */
import { text, utf8 } from '../shared/bytes.ts';
import type { Commit, ObjectType, Signature } from '../shared/git.ts';
import { type CommitId, isObjectId, type ObjectId, type TagId, type TreeId } from '../shared/ids.ts';
import { isObjectType, malformed } from './objects/format.ts';

interface Headers {
  /** In their order; a value that goes on over several lines is joined by newlines. */
  readonly lines: readonly (readonly [name: string, value: string])[];
  readonly message: string;
}

function parseHeaders(data: Uint8Array): Headers {
  const lines: [string, string][] = [];
  let at = 0;
  let encoding = 'utf-8';
  while (at < data.length && data[at] !== 10) {
    let end = data.indexOf(10, at);
    if (end < 0) end = data.length;
    const line = text(data.subarray(at, end));
    at = end + 1;
    const last = lines.at(-1);
    if (line.startsWith(' ') && last) {
      last[1] += `\n${line.slice(1)}`;
      continue;
    }
    const space = line.indexOf(' ');
    const name = space < 0 ? line : line.slice(0, space);
    const value = space < 0 ? '' : line.slice(space + 1);
    if (name === 'encoding') encoding = value;
    lines.push([name, value]);
  }
  return { lines, message: decode(data.subarray(at + 1), encoding) };
}

function decode(bytes: Uint8Array, encoding: string): string {
  if (/^utf-?8$/i.test(encoding)) return text(bytes);
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    return text(bytes);
  }
}

/** As forgiving as `git log` is: a broken date reads as 1970, a missing name as ''. */
function parseSignature(line: string | undefined): Signature {
  const open = line?.lastIndexOf('<') ?? -1;
  const close = line?.lastIndexOf('>') ?? -1;
  if (line === undefined || open < 0 || close < open) {
    return { name: line ?? '', email: '', seconds: 0, offset: 0 };
  }
  const [, seconds = '0', sign = '+', hours = '0', minutes = '0'] =
    /^\s*(-?\d{1,15})(?:\s+([+-])(\d\d)(\d\d))?/.exec(line.slice(close + 1)) ?? [];
  return {
    name: line.slice(0, open).trim(),
    email: line.slice(open + 1, close),
    seconds: Number(seconds),
    // `|| 0`: -0 is not 0 to everyone.
    offset: (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) || 0,
  };
}

/** Git drops what would break the line, and these characters at either end. */
const clean = (part: string): string =>
  part.replace(/[<>\n\0]/g, '').replace(/^[\s.,:;"'\\]+|[\s.,:;"'\\]+$/g, '');

/** `Ann <ann@example.org> 1700000000 +0100` */
export function formatSignature({ name, email, seconds, offset }: Signature): string {
  const minutes = Math.abs(Math.trunc(offset));
  const zone = String(Math.floor(minutes / 60) * 100 + (minutes % 60)).padStart(4, '0');
  return `${clean(name)} <${clean(email)}> ${Math.trunc(seconds)} ${offset < 0 ? '-' : '+'}${zone}`;
}

function idOf<Id extends ObjectId>(what: string, value: string | undefined): Id {
  // What is parsed here is by its place in the object a commit's or a tree's id.
  if (value !== undefined && isObjectId(value)) return value as Id;
  throw malformed(`${what} is not an object id`);
}

/** @throws SyncError `MALFORMED_OBJECT` */
export function parseCommit(id: CommitId, data: Uint8Array): Commit {
  const { lines, message } = parseHeaders(data);
  if (lines[0]?.[0] !== 'tree') throw malformed(`The commit ${id} has no tree`);
  const tree = idOf<TreeId>(`The tree of commit ${id}`, lines[0][1]);
  const parents: CommitId[] = [];
  let at = 1;
  for (; lines[at]?.[0] === 'parent'; at++) {
    parents.push(idOf<CommitId>(`A parent of commit ${id}`, lines[at]?.[1]));
  }
  const find = (name: string) => lines.find((line) => line[0] === name)?.[1];
  const author = parseSignature(find('author'));
  const committer = parseSignature(find('committer'));
  return { id, tree, parents, author, committer, message };
}

/** The message is written as it is: Git's own commands end it with one newline. */
export function formatCommit(commit: Omit<Commit, 'id'>): Uint8Array {
  const lines = [`tree ${commit.tree}`, ...commit.parents.map((parent) => `parent ${parent}`)];
  lines.push(`author ${formatSignature(commit.author)}`, `committer ${formatSignature(commit.committer)}`);
  return utf8(`${lines.join('\n')}\n\n${commit.message.replaceAll('\0', '')}`);
}

export interface Tag {
  readonly id: TagId;
  readonly object: ObjectId;
  readonly type: ObjectType;
  /** Without `refs/tags/`. */
  readonly name: string;
  /** Tags of Git's first years have none. */
  readonly tagger?: Signature;
  /** With the signature at its end, if it has one. */
  readonly message: string;
}

/** @throws SyncError `MALFORMED_OBJECT` */
export function parseTag(id: TagId, data: Uint8Array): Tag {
  const { lines, message } = parseHeaders(data);
  const [object, type, name] = lines;
  if (object?.[0] !== 'object' || type?.[0] !== 'type' || name?.[0] !== 'tag' || !isObjectType(type[1])) {
    throw malformed(`The tag ${id} has not the lines of a tag`);
  }
  const tagger = lines.find((line) => line[0] === 'tagger')?.[1];
  return {
    id,
    object: idOf(`What the tag ${id} names`, object[1]),
    type: type[1],
    name: name[1],
    ...(tagger !== undefined && { tagger: parseSignature(tagger) }),
    message,
  };
}

export function formatTag(tag: Omit<Tag, 'id'>): Uint8Array {
  const lines = [`object ${tag.object}`, `type ${tag.type}`, `tag ${tag.name}`];
  if (tag.tagger) lines.push(`tagger ${formatSignature(tag.tagger)}`);
  return utf8(`${lines.join('\n')}\n\n${tag.message.replaceAll('\0', '')}`);
}
