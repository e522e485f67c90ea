import type { CreatedProject, GitHubPlan, ProjectPlan } from '../../index.ts';
import type { Command } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import { columns, count, firstOf, shown, size } from '../format.ts';
import type { Paint } from '../output.ts';
import { packageVersion } from '../version.ts';

export interface InitOptions {
  readonly dir?: string;
  readonly relay?: string;
  /** `[OWNER/]NAME`. */
  readonly github?: string;
  readonly private?: boolean;
  readonly workflow?: boolean;
  readonly description?: string;
  readonly endpoint?: string;
  readonly name?: string;
  readonly plugin?: string;
  readonly branch?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

export const init: Command<InitOptions> = async (options, context) => {
  const engine = await context.engine();
  const { relay, name, plugin, branch } = options;
  const folder = await context.pathFrom(options.dir ?? '.');
  const plan = await engine.planProject(folder, {
    relay,
    github: githubPlan(options),
    workflow: options.workflow ? packageVersion() : undefined,
    name,
    plugin,
    branch,
  });
  if (options.dryRun)
    return {
      data: plan,
      text: (paint) => [...planText(plan, paint), '', 'Nothing was done. Without --dry-run it will be.'],
    };
  if (!options.yes) {
    context.output.note(planText(plan, context.output.paint).join('\n'));
    const answer = await context.ask('\nGo ahead? [y/N] ');
    if (answer === undefined)
      throw new UsageError(
        'init asks before it does anything, and there is nobody to ask here. Add --yes to go ahead, or --dry-run to see the plan.',
      );
    if (!/^y(es)?$/i.test(answer))
      return { data: { created: false }, text: () => 'Nothing was done.', exitCode: EXIT.failed };
  }
  const created = await engine.createProject(plan, context.call);
  return {
    data: created,
    text: (paint) => createdText(created, paint),
    warnings: [...(options.yes ? plan.warnings : []), ...(created.warnings ?? [])],
  };
};

function githubPlan({
  github,
  private: isPrivate = false,
  description,
  endpoint,
  workflow,
}: InitOptions): GitHubPlan | undefined {
  if (github !== undefined) return { repository: github, isPrivate, description, endpoint };
  if (isPrivate || description !== undefined || endpoint !== undefined || workflow)
    throw new UsageError('--private, --description, --endpoint and --workflow go with --github NAME.');
  return undefined;
}

const githubText = ({ repository, isPrivate, endpoint }: GitHubPlan): string =>
  `a new ${isPrivate ? 'private' : 'public'} repository, ${shown(repository)}${endpoint ? ` at ${shown(endpoint)}` : ''}`;

function planText(plan: ProjectPlan, paint: Paint): string[] {
  const facts = [
    ['Folder', shown(plan.folder)],
    ['Project', `${shown(plan.name)} ${paint('dim', `(${plan.projectId})`)}`],
    [
      'Repository',
      plan.existingRepository
        ? `the one that is there; its history, branch ${shown(plan.branch)} and attributes stay`
        : `a new one, branch ${shown(plan.branch)}`,
    ],
    plan.github ? ['GitHub', githubText(plan.github)] : ['Relay', plan.relay ?? 'none: this copy only'],
    ...(plan.plugin ? [['Plugin', shown(plan.plugin)]] : []),
    ['Writes', plan.filesToWrite.map(({ path }) => path).join(', ') || 'nothing'],
    ['In Git', `${count(plan.inGit.files, 'file')}, ${size(plan.inGit.bytes)}`],
    ['As assets', `${count(plan.asAssets.files, 'file')}, ${size(plan.asAssets.bytes)}`],
    [
      'Left alone',
      count(plan.leftAlone, 'file') + (plan.gameFolder ? ": the game's, or not the plugin's" : ''),
    ],
  ];
  const lines = columns(facts.map(([label = '', value = '']) => [paint('bold', label), value]));
  if (plan.maybe.length > 0) {
    lines.push(
      '',
      'These may belong to the plugin, but are left out. To take one, edit .gitignore afterwards:',
    );
    lines.push(...firstOf(plan.maybe, 20, (path) => `  ${shown(path)}`));
  }
  for (const warning of plan.warnings) lines.push('', `${paint('yellow', 'warning:')} ${shown(warning)}`);
  return lines;
}

function createdText(created: CreatedProject, paint: Paint): string[] {
  const lines = [
    `${paint('green', '✓')} ${shown(created.name)} is a project now: ${shown(created.path)}`,
    `  ${created.remote ?? 'It has no remote yet.'}`,
    '',
  ];
  if (created.remote)
    lines.push(
      'Next:  modsync share    print an invite for others',
      '       modsync watch    keep this folder in sync',
    );
  else lines.push('Next:  git remote add origin URL, then modsync sync');
  return lines;
}
