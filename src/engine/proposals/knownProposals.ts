/** Pull requests, as of the last contact with their host: `status` asks nobody. */
import { z } from 'zod';
import type { Remote } from '../../ports/index.ts';
import type { KnownProposals } from '../../shared/types.ts';
import { proposal } from '../../shared/wire/proposals.ts';
import type { Project } from '../project/Project.ts';
import { StateFile } from '../project/stateFile.ts';

/** What is younger need not be asked for. Milliseconds. */
const FRESH = 60_000;
/** A sync waits no longer for it. Milliseconds. */
const PATIENCE = 3000;

const schema = z.object({ asOf: z.iso.datetime(), open: z.array(proposal) });

const fileOf = (project: Project) =>
  new StateFile<z.infer<typeof schema>>(project.host.disk, project.stateFile('proposals.json'), schema);

/** `undefined` where the host has no such thing, or was not asked yet. */
export const knownProposals = (project: Project): Promise<KnownProposals | undefined> =>
  fileOf(project).read();

export async function noteProposals(project: Project, open: KnownProposals['open']): Promise<void> {
  await fileOf(project).write({ asOf: new Date().toISOString(), open: [...open] });
}

/**
 * Asks beside a sync, at most once a minute. What goes wrong here is none of the sync's business.
 * @param onlyLooks the sync may not ask the remote at all
 */
export async function refreshProposals(
  project: Project,
  connect: () => Promise<Remote | undefined>,
  onlyLooks: boolean,
): Promise<void> {
  try {
    if (onlyLooks) return;
    const proposals = (await connect())?.proposals;
    if (!proposals) return;
    const known = await knownProposals(project);
    if (known && Date.now() - Date.parse(known.asOf) < FRESH) return;
    await noteProposals(project, await proposals.list({ signal: AbortSignal.timeout(PATIENCE) }));
  } catch {
    // what is known stays, with its age
  }
}
