/** The two sides of a push: the commands that go before the pack, and what the remote says to each. */

import type { PushOutcome, PushUpdate } from '../ports/history.ts';
import { concat } from '../shared/bytes.ts';
import { FLUSH, PacketReader, pktLine, printable, sideBand } from './pktLine.ts';

const NOTHING = '0'.repeat(40);
const MAX_MESSAGE = 4000;

/** The ref was not as expected, as Git's receive-pack, JGit and GitHub say it. */
const LOST_RACE =
  /non-fast-forward|fetch first|failed to lock|cannot lock ref|reference already exists|stale info|incorrect old value|but expected|failed to update ref|atomic (transaction|push) fail/i;
/** Also said with "cannot lock ref", but no fetch changes it: one ref's name is the folder of another. */
const IN_THE_WAY = /exists; cannot create|there are still refs under/i;

export function pushCommands(updates: readonly PushUpdate[], capabilities: ReadonlySet<string>): Uint8Array {
  const wished = ['report-status', 'side-band-64k', ...(updates.length > 1 ? ['atomic'] : [])];
  const words = [...wished.filter((name) => capabilities.has(name)), 'agent=modsync'].join(' ');
  const lines = updates.map(({ ref, expected, next }, i) =>
    pktLine(`${expected ?? NOTHING} ${next ?? NOTHING} ${ref}${i === 0 ? `\0 ${words}` : ''}\n`),
  );
  return concat([...lines, FLUSH]);
}

export interface PushReport {
  /** `undefined`: the remote took the pack. */
  readonly unpackError: string | undefined;
  readonly outcomes: PushOutcome[];
}

export async function readPushReport(
  body: AsyncIterable<Uint8Array>,
  updates: readonly PushUpdate[],
  capabilities: ReadonlySet<string>,
): Promise<PushReport> {
  let words = '';
  const onMessage = (message: string) => {
    if (words.length < MAX_MESSAGE) words += message;
  };
  const outer = new PacketReader(body);
  const banded = capabilities.has('side-band-64k');
  const reader = banded ? new PacketReader(sideBand(outer, onMessage)) : outer;

  let unpackError: string | undefined = 'the remote said nothing';
  const refused = new Map<string, string>();
  const accepted = new Set<string>();
  for (let packet = await reader.line(); typeof packet !== 'string'; packet = await reader.line()) {
    const [word = '', ref = ''] = packet.line.split(' ', 2);
    const rest = packet.line.slice(word.length + ref.length + 2);
    if (word === 'unpack')
      unpackError = packet.line === 'unpack ok' ? undefined : printable(packet.line.slice(7));
    else if (word === 'ok') accepted.add(ref);
    else if (word === 'ng') refused.set(ref, printable(rest) || 'refused');
  }
  await reader.close();

  const said = printable(words);
  const races = [...refused.values()].some((why) => isLostRace(why, said));
  const outcomes = updates.map(({ ref }): PushOutcome => {
    if (accepted.has(ref) && unpackError === undefined) return { ref, ok: true };
    const why = refused.get(ref) ?? `the remote could not take the objects: ${unpackError ?? 'no answer'}`;
    // Of several at once, the one that lost the race took the others with it.
    const lost = isLostRace(why, said) || (races && /atomic/i.test(why));
    const message = said === '' ? `${ref}: ${why}` : `${ref}: ${why}\n${said}`;
    return { ref, ok: false, why: lost ? 'lost-race' : 'refused', message };
  });
  return { unpackError, outcomes };
}

const isLostRace = (why: string, said: string): boolean =>
  LOST_RACE.test(why) && !IN_THE_WAY.test(why) && !IN_THE_WAY.test(said);
