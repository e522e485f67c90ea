/**
 * Line endings between working file and blob: the `text` and `eol` attributes, `core.autocrlf`, `core.eol`.
 *
 * Source: gitattributes(5), git 2.39 convert.c.
 */
import type { Attributes } from './attributes.ts';

export interface LineEndingConfig {
  /** `core.autocrlf`. */
  readonly autocrlf: boolean | 'input';
  /** `core.eol`, `native` resolved. */
  readonly eol: 'lf' | 'crlf';
}

/** `auto`: only for what looks like text. `crlf`: whether the working file gets CR-LF. */
export type LineEndingRule = { readonly auto: boolean; readonly crlf: boolean } | undefined;

/** `undefined`: bytes as they are. */
export function lineEndingRule(attributes: Attributes, config: LineEndingConfig): LineEndingRule {
  const text = textState(attributes.get('text')) ?? textState(attributes.get('crlf'));
  if (text === 'binary') return undefined;
  const eol = attributes.get('eol');
  const crlfByConfig = config.autocrlf === true || (config.autocrlf === false && config.eol === 'crlf');
  if (text === 'auto') {
    return { auto: true, crlf: eol === 'crlf' || (eol !== 'lf' && crlfByConfig) };
  }
  if (eol === 'lf' || eol === 'crlf') return { auto: false, crlf: eol === 'crlf' };
  if (text === 'input') return { auto: false, crlf: false };
  if (text === 'text') return { auto: false, crlf: crlfByConfig };
  if (config.autocrlf === false) return undefined;
  return { auto: true, crlf: config.autocrlf === true };
}

function textState(value: string | boolean | undefined): 'text' | 'binary' | 'input' | 'auto' | undefined {
  if (value === true) return 'text';
  if (value === false) return 'binary';
  return value === 'input' || value === 'auto' ? value : undefined;
}

const CR = 13;
const LF = 10;

interface TextStats {
  readonly crlf: number;
  readonly loneCr: number;
  readonly loneLf: number;
  readonly binary: boolean;
}

function statsOf(bytes: Uint8Array): TextStats {
  let crlf = 0;
  let loneCr = 0;
  let loneLf = 0;
  let nul = 0;
  let printable = 0;
  let nonPrintable = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte === CR) {
      if (bytes[i + 1] === LF) {
        crlf++;
        i++;
      } else loneCr++;
    } else if (byte === LF) loneLf++;
    else if (byte === 127) nonPrintable++;
    else if (byte >= 32) printable++;
    else if (byte === 8 || byte === 9 || byte === 27 || byte === 12) printable++;
    else {
      if (byte === 0) nul++;
      nonPrintable++;
    }
  }
  // A final ^Z is an old end-of-file mark.
  if (bytes[bytes.length - 1] === 26) nonPrintable--;
  const binary = loneCr > 0 || nul > 0 || printable >> 7 < nonPrintable;
  return { crlf, loneCr, loneLf, binary };
}

/** Whether `text=auto` has to leave a file alone because its blob in the index has CR-LF already. */
export function hasCrlf(blob: Uint8Array): boolean {
  if (!blob.includes(CR)) return false;
  const stats = statsOf(blob);
  return !stats.binary && stats.crlf > 0;
}

/** `indexHasCrlf` is asked only when the answer depends on it. */
export async function toLf(
  bytes: Uint8Array,
  rule: LineEndingRule,
  indexHasCrlf: () => Promise<boolean>,
): Promise<Uint8Array> {
  if (!rule || !bytes.includes(CR)) return bytes;
  const stats = statsOf(bytes);
  if (stats.crlf === 0) return bytes;
  if (rule.auto && (stats.binary || (await indexHasCrlf()))) return bytes;
  const converted = new Uint8Array(bytes.length - stats.crlf);
  let at = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte !== CR || bytes[i + 1] !== LF) converted[at++] = byte;
  }
  return converted;
}

export function toWorkingLineEndings(bytes: Uint8Array, rule: LineEndingRule): Uint8Array {
  if (!rule?.crlf || !bytes.includes(LF)) return bytes;
  const stats = statsOf(bytes);
  if (stats.loneLf === 0) return bytes;
  if (rule.auto && (stats.loneCr > 0 || stats.crlf > 0 || stats.binary)) return bytes;
  const converted = new Uint8Array(bytes.length + stats.loneLf);
  let at = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte === LF && bytes[i - 1] !== CR) converted[at++] = CR;
    converted[at++] = byte;
  }
  return converted;
}
