/** A project of one person's, without a remote, and the engine that has it open. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CloudSyncEngine, type Host, nodeHost, type ProjectId } from '../../src/index.ts';
import { temporaryFolder } from './host.ts';

export interface LocalProject {
  readonly host: Host;
  readonly engine: CloudSyncEngine;
  readonly id: ProjectId;
  readonly folder: string;
  write(path: string, content: string): void;
}

const engines = new Set<CloudSyncEngine>();

afterAll(async () => {
  for (const engine of engines) await engine.close();
  engines.clear();
});

export async function startLocalProject(
  files: Readonly<Record<string, string>> = { 'a.txt': 'first\n' },
  folder = temporaryFolder('mod'),
): Promise<LocalProject> {
  const host = nodeHost({ home: temporaryFolder('home'), environment: { USER: 'ann' } });
  const engine = new CloudSyncEngine({}, host);
  engines.add(engine);
  await engine.initialize();
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  for (const [path, content] of Object.entries(files)) write(path, content);
  const { projectId } = await engine.createProject(await engine.planProject(folder, { name: 'Test Mod' }));
  return { host, engine, id: projectId, folder, write };
}
