/**
 * The negotiation of a fetch: which commits both sides have, and then the pack of the rest. Protocol version 0 over
 * stateless HTTP: one request where version 2 needs two. Source: gitprotocol-pack(5), gitprotocol-http(5).
 */
import { concat } from '../shared/bytes.ts';
import { type CommitId, isObjectId, type ObjectId } from '../shared/ids.ts';
import { FLUSH, PacketReader, pktLine, protocolError, sideBand } from './pktLine.ts';

export interface Negotiation {
  readonly wants: readonly ObjectId[];
  /** What the other side may have as well, the most likely first. */
  readonly haves: readonly ObjectId[];
  /** Commits whose parents are not here. */
  readonly shallow: readonly CommitId[];
  /** Of the remote. */
  readonly capabilities: ReadonlySet<string>;
  readonly call: (request: Uint8Array) => Promise<AsyncIterable<Uint8Array>>;
}

const WISHED = ['multi_ack_detailed', 'no-done', 'side-band-64k', 'thin-pack', 'ofs-delta', 'no-progress'];
/** Haves of the first request, and of each later one; a request repeats what was found to be common. */
const BATCHES = [32, 256, 1024];

/** The pack with all that `wants` reach, without most of what `haves` reach. @throws SyncError `REMOTE_PROTOCOL` */
export async function negotiate(negotiation: Negotiation): Promise<AsyncIterable<Uint8Array>> {
  const { wants, haves, shallow, capabilities, call } = negotiation;
  const spoken = WISHED.filter((name) => capabilities.has(name));
  // Without this the remote names only the first common commit, so everything is told at once.
  const patient = spoken.includes('multi_ack_detailed');
  const words = [...spoken, 'agent=modsync'].join(' ');
  const intro = [
    ...wants.map((id, i) => pktLine(`want ${id}${i === 0 ? ` ${words}` : ''}\n`)),
    ...shallow.map((id) => pktLine(`shallow ${id}\n`)),
    FLUSH,
  ];

  const common = new Set<string>();
  let told = 0;
  let ready = false;
  for (let round = 0; ; round++) {
    const batch = haves.slice(told, patient ? told + (BATCHES[round] ?? 1024) : undefined);
    told += batch.length;
    const done = ready || told >= haves.length;
    const request = [
      ...intro,
      ...[...common, ...(ready ? [] : batch)].map((id) => pktLine(`have ${id}\n`)),
      done ? pktLine('done\n') : FLUSH,
    ];
    const reader = new PacketReader(await call(concat(request)));
    const answer = await readAcks(reader, done);
    if (answer.pack) return spoken.includes('side-band-64k') ? sideBand(reader) : reader.rest();
    await reader.close();
    if (done) throw protocolError('The remote does not send what was asked for');
    for (const id of answer.common) common.add(id);
    ready = answer.ready;
  }
}

/** Up to where the pack begins, if it does. */
async function readAcks(reader: PacketReader, done: boolean) {
  const common: string[] = [];
  let ready = false;
  for (;;) {
    const packet = await reader.line();
    if (packet === 'end') return { common, ready, pack: false };
    if (typeof packet === 'string') continue;
    const [word, id = '', state] = packet.line.split(' ');
    if (word === 'NAK') {
      if (done) return { common, ready, pack: true };
    } else if (word === 'ACK' && isObjectId(id)) {
      if (state === undefined) return { common, ready, pack: true };
      // `ready` also comes with ids that the remote does not have.
      if (state === 'ready') ready = true;
      else common.push(id);
    } else if (word !== 'shallow' && word !== 'unshallow') {
      throw protocolError('The remote answers something unexpected to a fetch');
    }
  }
}
