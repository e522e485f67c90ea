/** The version in `fomod/info.xml`, changed in place: everything else keeps its bytes. */
import { exactText, utf8 } from '../../shared/bytes.ts';

/** `undefined`: there is no place for a version in it. */
export function withInfoVersion(bytes: Uint8Array, version: string): Uint8Array | undefined {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
  if (isLittle || isBig) {
    const changed = changedText(utf16(bytes, isLittle), version);
    return changed === undefined ? undefined : utf16Bytes(changed, isLittle);
  }
  const source = exactText(bytes);
  const changed = source === undefined ? undefined : changedText(source, version);
  return changed === undefined ? undefined : utf8(changed);
}

function changedText(source: string, version: string): string | undefined {
  const element = /<Version((?:\s[^<>]*[^<>/])?)(?:\s*\/>|>[^<]*<\/Version\s*>)/i;
  // a comment may hold what looks like one
  const comments = [...source.matchAll(/<!--[\s\S]*?-->/g)];
  const blank = comments.reduce(
    (all, { 0: comment }) => all.replace(comment, ' '.repeat(comment.length)),
    source,
  );
  const found = element.exec(blank);
  if (found) {
    const { 0: old, 1: attributes = '', index } = found;
    const name = old.slice(1, 'Version'.length + 1);
    return `${source.slice(0, index)}<${name}${attributes}>${version}</${name}>${source.slice(index + old.length)}`;
  }
  const end = /(\r?\n)?([ \t]*)<\/fomod\s*>/i.exec(blank);
  if (!end) return undefined;
  const line = end[1] ?? '';
  const indent = /\n([ \t]+)</.exec(blank)?.[1] ?? '';
  return `${source.slice(0, end.index)}${line}${line && indent}<Version>${version}</Version>${source.slice(end.index)}`;
}

function utf16(bytes: Uint8Array, isLittle: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let source = '';
  for (let at = 0; at + 1 < bytes.length; at += 2)
    source += String.fromCharCode(view.getUint16(at, isLittle));
  return source;
}

function utf16Bytes(source: string, isLittle: boolean): Uint8Array {
  const bytes = new Uint8Array(source.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < source.length; at++) view.setUint16(at * 2, source.charCodeAt(at), isLittle);
  return bytes;
}
