/**
 * Clones that edit, rename, delete and sync at random end with one identical tree, and every version that a clone had
 * on disk when it synced is reachable from some ref, in some clone or at the relay.
 */
import { startRelayProcess, startTeamOfProcesses } from '../support/processes.ts';
import { SOAK, sampled } from '../support/soak.ts';
import { startTeamAt } from '../support/team.ts';
import { cloneOf, live, processOf, start, tell } from './story.ts';

/** In 186 a save that waits for a person stands where a pulled folder should. */
const ENGINE_SEEDS = new Set([...Array.from({ length: sampled(1, 2) }, (_, at) => 100 + at), 186]);
const PROCESS_SEEDS = SOAK;
/** How long the clones live, each for itself. Milliseconds. */
const LIFE = Math.min(60_000, 2_000 * SOAK);
const CLONES = ['ann', 'ben', 'cat', 'dan', 'eve'].slice(0, 2 + SOAK);

describe('three clones at random', () => {
  test.each([...ENGINE_SEEDS])(
    'engines, seed %i: one identical tree, and no edit is missing',
    async (seed) => {
      const { relay, people } = await startTeamAt(await startRelayProcess(), ['ann', 'ben', 'cat'], start);
      await live(seed, 30, people.map(cloneOf), relay.dataDir);
    },
  );

  test.each(Array.from({ length: PROCESS_SEEDS }, (_, at) => 900 + at))(
    'processes, seed %i: one identical tree, and no edit is missing',
    async (seed) => {
      const { relay, people } = await startTeamOfProcesses(['ann', 'ben', 'cat'], start);
      await live(seed, 8, people.map(processOf), relay.dataDir);
    },
  );
});

test(`${CLONES.length} clones at once, with kills: one identical tree, and no edit is missing`, async () => {
  const { relay, people } = await startTeamOfProcesses(CLONES, start);
  const clones = people.map(processOf);
  await tell(7000, clones, relay.dataDir, async (story) => {
    const deadline = performance.now() + LIFE;
    await Promise.all(clones.map((clone) => story.liveAlone(clone, deadline)));
  });
}, 300_000);
