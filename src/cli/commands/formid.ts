import type { FormIdReport, Lease, Leased } from '../../index.ts';
import type { Command, CommandContext } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import { count, shown } from '../format.ts';
import type { Answer, Paint } from '../output.ts';
import { projectPaths } from '../projectPaths.ts';

export interface FormIdOptions {
  readonly action: string;
  readonly paths: readonly string[];
  readonly count?: number;
  readonly writeNextId?: boolean;
  readonly lease?: string;
}

type Action = (options: FormIdOptions, context: CommandContext) => Promise<Answer>;

export const formid: Command<FormIdOptions> = async (options, context) => {
  const action = ACTIONS[options.action];
  if (!action) throw new UsageError(`"${options.action}" is not one of: ${Object.keys(ACTIONS).join(', ')}.`);
  if (options.action !== 'lease' && (options.count !== undefined || options.writeNextId))
    throw new UsageError('--count and --write-next-id go with "modsync formid lease".');
  if (options.action !== 'release' && options.lease !== undefined)
    throw new UsageError('--lease goes with "modsync formid release".');
  if (options.action !== 'check' && options.paths.length !== 1) throw new UsageError('Name one plugin.');
  return await action(options, context);
};

const ACTIONS: Readonly<Record<string, Action>> = {
  async check({ paths }, context) {
    const { engine, projectId } = await context.openProject();
    const chosen = await projectPaths(context, engine.placeOf(projectId).path, paths);
    const report = await engine.formIds.check(projectId, chosen);
    const bad = report.findings.some(({ state }) => state === 'bad');
    return {
      data: report,
      text: (paint) => reportLines(report, paint),
      exitCode: bad ? EXIT.failed : EXIT.done,
    };
  },

  async lease({ paths, count: wanted, writeNextId }, context) {
    const { engine, projectId } = await context.openProject();
    const [path = ''] = await projectPaths(context, engine.placeOf(projectId).path, paths);
    const leased = await engine.formIds.lease(projectId, path, { count: wanted, writeNextId });
    return {
      data: leased,
      text: (paint) => leaseLines(leased, writeNextId === true, paint),
      warnings: leased.sure
        ? []
        : [
            'The remote does not know of this lease yet, so another person may get the same. Sync before you rely on it.',
          ],
    };
  },

  async release({ paths, lease }, context) {
    const { engine, projectId } = await context.openProject();
    const [path = ''] = await projectPaths(context, engine.placeOf(projectId).path, paths);
    const released = await engine.formIds.release(projectId, path, lease);
    return { data: released, text: (paint) => releaseLines(path, released, paint) };
  },
};

const hex = (id: number): string => id.toString(16).toUpperCase().padStart(6, '0');

const rangeOf = ({ from, to }: Lease): string => `${hex(from)} to ${hex(to)}`;

function leaseLines(leased: Leased, written: boolean, paint: Paint): string[] {
  const { plugin, next, standing, by } = leased;
  const given =
    by === 'relay' ? 'the relay gives it to nobody else' : 'no relay gave it out: .modsync.json alone has it';
  return [
    `${paint('green', '✓')} ${shown(plugin)}: ${paint('bold', rangeOf(leased))} ${standing ? 'was yours already' : 'is yours'} ${paint('dim', `(${given})`)}.`,
    written
      ? `  Its next object id is ${hex(next)}: open it in the Creation Kit now.`
      : `  The first free one is ${hex(next)}; --write-next-id makes the Creation Kit begin there.`,
  ];
}

const releaseLines = (path: string, released: readonly Lease[], paint: Paint): string[] =>
  released.map(
    (lease) =>
      `${paint('green', '✓')} ${shown(path)}: ${paint('bold', rangeOf(lease))} of ${shown(lease.who)} can be leased again. Records that are in it stay.`,
  );

function reportLines({ plugins, findings }: FormIdReport, paint: Paint): string[] {
  const lines = plugins.flatMap(({ plugin, records, free, leases }) => [
    `${paint('bold', shown(plugin))}  ${count(records, 'record')} of its own, ${count(free, 'object id')} free`,
    ...leases.map((lease) =>
      paint('dim', `  ${rangeOf(lease)}  ${shown(lease.who)}  (${shown(lease.leaseId)})`),
    ),
  ]);
  for (const { plugin, state, message } of findings)
    lines.push(
      `${paint(state === 'bad' ? 'red' : 'yellow', `${state}:`)} ${shown(plugin)}: ${shown(message)}`,
    );
  if (plugins.length === 0 && findings.length === 0) return ['There are no plugins here.'];
  return findings.length > 0 ? lines : [...lines, `${paint('green', '✓')} No FormIDs meet.`];
}
