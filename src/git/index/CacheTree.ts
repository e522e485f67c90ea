/**
 * The index's `TREE` extension: for each folder the id of the tree that its entries make, while nothing below it has
 * changed. It lets status and commit skip every folder that equals HEAD's.
 *
 * Source: gitformat-index(5).
 */
import { concat, fromHex, toHex, utf8 } from '../../shared/bytes.ts';
import type { TreeId } from '../../shared/ids.ts';

export interface CacheTree {
  /** Absent: something below changed. */
  readonly valid?: { readonly id: TreeId; readonly entries: number };
  readonly children: ReadonlyMap<string, CacheTree>;
}

const LF = 10;
const DEEPEST = 2000;

/** `undefined` when malformed: it is only a cache. */
export function parseCacheTree(bytes: Uint8Array): CacheTree | undefined {
  let at = 0;
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const read = (depth: number): { name: string; node: CacheTree } | undefined => {
    const nul = bytes.indexOf(0, at);
    const end = nul < 0 ? -1 : bytes.indexOf(LF, nul);
    if (end < 0 || depth > DEEPEST) return undefined;
    const name = decoder.decode(bytes.subarray(at, nul));
    const numbers = /^(-?\d+) (\d+)$/.exec(decoder.decode(bytes.subarray(nul + 1, end)));
    if (!numbers) return undefined;
    const entries = Number(numbers[1]);
    at = end + 1;
    let valid: CacheTree['valid'];
    if (entries >= 0) {
      if (at + 20 > bytes.length) return undefined;
      // Written by Git as the id of a tree.
      valid = { id: toHex(bytes, at, at + 20) as TreeId, entries };
      at += 20;
    }
    const children = new Map<string, CacheTree>();
    for (let i = Number(numbers[2]); i > 0; i--) {
      const child = read(depth + 1);
      if (!child) return undefined;
      children.set(child.name, child.node);
    }
    return { name, node: { ...(valid && { valid }), children } };
  };
  try {
    return read(0)?.node;
  } catch {
    return undefined;
  }
}

export function formatCacheTree(root: CacheTree): Uint8Array {
  const parts: Uint8Array[] = [];
  const write = (title: string, node: CacheTree) => {
    parts.push(utf8(`${title}\0${node.valid?.entries ?? -1} ${node.children.size}\n`));
    if (node.valid) parts.push(fromHex(node.valid.id));
    const children = [...node.children].map(([name, child]) => ({ name, bytes: utf8(name), child }));
    for (const { name, child } of children.sort(bySize)) write(name, child);
  };
  write('', root);
  return concat(parts);
}

/** Git keeps subtrees by length of name, then by bytes, and searches them so. */
function bySize({ bytes: a }: { readonly bytes: Uint8Array }, { bytes: b }: { readonly bytes: Uint8Array }) {
  if (a.length !== b.length) return a.length - b.length;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return 0;
}

/** The same without what it says of these paths' folders. */
export function invalidate(root: CacheTree, paths: Iterable<string>): CacheTree {
  const touched: Touched = { children: new Map() };
  for (const path of paths) {
    let node = touched;
    const names = path.split('/');
    names.pop();
    for (const name of names) {
      let child = node.children.get(name);
      if (!child) {
        child = { children: new Map() };
        node.children.set(name, child);
      }
      node = child;
    }
  }
  return without(root, touched);
}

interface Touched {
  readonly children: Map<string, Touched>;
}

function without(node: CacheTree, touched: Touched): CacheTree {
  const children = new Map(node.children);
  for (const [name, below] of touched.children) {
    const child = children.get(name);
    if (child) children.set(name, without(child, below));
  }
  return { children };
}
