/** A project's beginning on this machine, with whoever hosts it: made here and put there, or got from there. */
import type { CallOptions } from '../../shared/progress.ts';
import type { ProjectJoinResult } from '../../shared/types.ts';
import { apiKeyFor } from '../config.ts';
import type { Surroundings } from '../OpenedProject.ts';
import { setUpStockGit } from '../stockGit/StockGit.ts';
import type { CloneOptions, CreatedProject, ProjectPlan } from '../types.ts';
import { type CloneSource, cloneProject, createProject, setRemote } from './createProject.ts';
import { identityFor } from './identity.ts';
import { workingCopyAt } from './lfsSettings.ts';
import type { Project } from './Project.ts';

interface Started {
  readonly project: Project;
  /** What could not be set up. */
  readonly warnings: readonly string[];
}

export async function startProject(
  { host }: Surroundings,
  plan: ProjectPlan,
  options: CallOptions,
): Promise<Started> {
  const project = await createProject(host, plan, options);
  const { warnings } = await setUpStockGit(project);
  return { project, warnings };
}

/** Puts the project at the service that the plan or the configuration names. @returns whether one is named */
export async function hostProject(
  { host, backends, config }: Surroundings,
  project: Project,
  plan: ProjectPlan,
  options: CallOptions,
): Promise<boolean> {
  const backend = plan.github ? 'github' : plan.relay ? 'self-hosted' : config.backend;
  const endpoint = plan.github ? plan.github.endpoint : (plan.relay ?? config.provider.endpoint);
  if (backend !== 'github' && endpoint === undefined) return false;
  const { ref } = await project.branch();
  const branch = ref.replace('refs/heads/', '');
  const hosting = await backends.createProject(
    host,
    {
      // what nobody asked to be public is not
      ...(plan.github ?? { isPrivate: true }),
      backend,
      endpoint,
      apiKey: apiKeyFor(config, endpoint ?? 'https://github.com'),
      projectId: project.id,
      name: plan.name,
      branch,
      remote: await project.remoteUrl(),
    },
    options,
  );
  await setRemote(project, hosting.gitUrl, hosting.backend);
  return true;
}

export async function createdProject(
  project: Project,
  plan: ProjectPlan,
  warnings: readonly string[],
): Promise<CreatedProject> {
  const remote = await project.remoteUrl();
  return {
    ...(await placeOf(project, warnings)),
    branch: plan.branch,
    ...(remote !== undefined && { remote }),
  };
}

export async function cloneHosted(
  { host, backends, config }: Surroundings,
  folder: string,
  from: CloneSource,
  options: CloneOptions,
): Promise<{ readonly project: Project; readonly joined: ProjectJoinResult }> {
  const { device } = await identityFor(host);
  const connect = ({ url }: { readonly url: string }) =>
    backends.connect(host, {
      backend: config.backend,
      url,
      apiKey: apiKeyFor(config, url),
      workingCopy: workingCopyAt(host, folder),
      device,
    });
  const project = await cloneProject(host, folder, from, connect, options);
  const { warnings } = await setUpStockGit(project);
  return { project, joined: await placeOf(project, warnings) };
}

async function placeOf(project: Project, warnings: readonly string[]): Promise<ProjectJoinResult> {
  const { commit } = await project.branch();
  return {
    projectId: project.id,
    name: project.name,
    path: project.folder,
    ...(commit && { commitId: commit }),
    ...(warnings.length > 0 && { warnings }),
  };
}
