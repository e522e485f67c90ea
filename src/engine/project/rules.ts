/** The rules that a project goes by, from `.modsync.json` as it is on disk. Unknown ones are another version's. */
import { join } from '../../shared/paths.ts';
import type { Project } from './Project.ts';
import { PROJECT_FILE, parseProjectFile } from './projectFile.ts';

export interface ProjectRules {
  /** A lockable file is locked when it is first changed; it is read-only only while another person has it. */
  readonly autoLock: boolean;
}

export async function rulesOf(project: Project): Promise<ProjectRules> {
  const bytes = await project.host.disk.read(join(project.folder, PROJECT_FILE));
  const rules = bytes ? parseProjectFile(bytes).rules : {};
  return { autoLock: rules.autoLock === true };
}
