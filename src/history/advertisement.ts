/** What a remote says first: its refs, and what it can do. Source: gitprotocol-http(5), gitprotocol-capabilities(5). */
import { SyncError } from '../shared/errors.ts';
import { isObjectId, type ObjectId } from '../shared/ids.ts';
import { type PacketReader, protocolError } from './pktLine.ts';

export type Service = 'git-upload-pack' | 'git-receive-pack';

export interface Advertisement {
  readonly refs: ReadonlyMap<string, ObjectId>;
  /** The branch that HEAD names. */
  readonly head?: string;
  readonly capabilities: ReadonlySet<string>;
}

const MAX_REFS = 1_000_000;

export async function readAdvertisement(reader: PacketReader, service: Service): Promise<Advertisement> {
  const first = await reader.line();
  if (typeof first === 'string' || first.line !== `# service=${service}`) {
    throw protocolError('The remote does not answer like a Git server');
  }
  if ((await reader.line()) !== 'flush') throw protocolError('The remote does not answer like a Git server');

  const refs = new Map<string, ObjectId>();
  let capabilities: ReadonlySet<string> | undefined;
  for (;;) {
    const packet = await reader.line();
    if (packet === 'flush') break;
    if (typeof packet === 'string') throw protocolError('The remote broke off while it listed its branches');
    const [entry = '', words] = packet.line.split('\0');
    capabilities ??= new Set((words ?? '').trim().split(' '));
    const id = entry.slice(0, 40);
    const name = entry.slice(41);
    if (entry.startsWith('shallow ') || name.endsWith('^{}') || name === 'HEAD') continue;
    if (!isObjectId(id) || !name.startsWith('refs/')) {
      throw protocolError('The remote lists something that is not a branch or tag');
    }
    refs.set(name, id);
    if (refs.size > MAX_REFS) throw protocolError('The remote lists more branches and tags than can be');
  }
  capabilities ??= new Set();
  for (const capability of capabilities) {
    if (capability.startsWith('object-format=') && capability !== 'object-format=sha1') {
      throw new SyncError(
        'UNSUPPORTED_REPOSITORY',
        'The remote is a SHA-256 repository, which modsync cannot use. Make it with "git init --object-format=sha1".',
      );
    }
  }
  const head = [...capabilities].find((capability) => capability.startsWith('symref=HEAD:'))?.slice(12);
  return { refs, capabilities, ...(head && { head }) };
}
