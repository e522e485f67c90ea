// LFS for a plain isomorphic-git project. Run: node example-lfs.mjs FOLDER LFS_URL push|pull FILE…
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { join } from 'node:path';
import git from 'isomorphic-git';
import { formatPointer, lfsClient, parsePointer } from 'modsync/lfs';

const [dir, url, action, ...files] = process.argv.slice(2);
const store = lfsClient({ url, authorize: async () => process.env.LFS_AUTHORIZATION });
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** The bytes go to the LFS server; what Git stages is their pointer. */
async function push(filepath) {
  const bytes = fs.readFileSync(join(dir, filepath));
  const asset = { oid: sha256(bytes), size: bytes.length };
  await store.put({
    ...asset,
    open: async function* () {
      yield bytes;
    },
  });
  const oid = await git.writeBlob({ fs, dir, blob: formatPointer(asset) });
  await git.updateIndex({ fs, dir, filepath, oid, add: true });
}

/** Where HEAD has a pointer, the file gets the bytes that it stands for. */
async function pull(filepath) {
  const head = await git.resolveRef({ fs, dir, ref: 'HEAD' });
  const pointer = parsePointer((await git.readBlob({ fs, dir, oid: head, filepath })).blob);
  if (!pointer) return;
  const parts = [];
  for await (const part of (await store.get(pointer)).bytes) parts.push(part);
  const bytes = Buffer.concat(parts);
  if (sha256(bytes) !== pointer.oid) throw new Error(`${filepath}: these are not the bytes of the pointer`);
  fs.writeFileSync(join(dir, filepath), bytes);
}

for (const file of files) await (action === 'push' ? push(file) : pull(file));
