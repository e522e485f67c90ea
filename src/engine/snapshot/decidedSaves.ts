/** What a person decided of saves over pulled files, until the next snapshot says so in history. */
import { z } from 'zod';
import type { DecidedConflict } from '../../shared/types.ts';
import type { Project } from '../project/Project.ts';
import { StateFile } from '../project/stateFile.ts';

const how = z.enum(['local', 'remote', 'base', 'both', 'file', 'inside', 'git']);
const schema = z.array(z.object({ path: z.string(), how }));

export class DecidedSaves {
  readonly #file: StateFile<z.infer<typeof schema>>;

  constructor(project: Project) {
    this.#file = new StateFile(project.host.disk, project.stateFile('decided-saves.json'), schema);
  }

  async all(): Promise<readonly DecidedConflict[]> {
    return (await this.#file.read()) ?? [];
  }

  async add(decided: z.infer<typeof schema>[number]): Promise<void> {
    const others = ((await this.#file.read()) ?? []).filter(({ path }) => path !== decided.path);
    await this.#file.write([...others, decided]);
  }

  clear(): Promise<void> {
    return this.#file.remove();
  }
}
