/** `modsync serve backup|restore|verify|gc`: what keeps a relay's data. */
import type { CopyReport, VerifyReport } from '../../relay/index.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import { count, firstOf, size } from '../format.ts';
import type { Answer } from '../output.ts';
import type { ServeAction, ServeOptions, ServeSettings } from './serve.ts';

const SHOWN = 20;

export async function upkeep(
  action: ServeAction,
  { dir, grace }: ServeOptions,
  { dataDir, settings }: ServeSettings,
  context: CommandContext,
): Promise<Answer> {
  const relay = await import('../../relay/index.ts');
  const folder = async () => {
    if (dir === undefined)
      throw new UsageError(`Name the folder of the backup: modsync serve ${action} DIR.`);
    return await context.pathFrom(dir);
  };
  switch (action) {
    case 'backup': {
      const target = await folder();
      return copyAnswer(await relay.backUp(dataDir, target, context.call), `is backed up in ${target}`);
    }
    case 'restore':
      return copyAnswer(
        await relay.restore(await folder(), dataDir, context.call),
        `is restored to ${dataDir}`,
      );
    case 'verify':
      return verifyAnswer(await relay.verify(dataDir, context.call));
    case 'gc': {
      const report = await relay.collect(
        { log: 'warn', ...settings, dataDir, ...(grace !== undefined && { graceDays: grace }) },
        context.call,
      );
      return {
        data: report,
        text: (paint) => [
          `${paint('green', '✓')} ${count(report.assets, 'asset')} removed, ${size(report.bytes)}, in ${count(report.projects, 'project')}`,
          ...(report.waiting > 0
            ? [`${count(report.waiting, 'asset')} that nothing names wait for the grace period`]
            : []),
        ],
        exitCode: report.failed > 0 ? EXIT.failed : EXIT.done,
      };
    }
  }
}

const copyAnswer = (report: CopyReport, what: string): Answer => ({
  data: report,
  text: (paint) => [
    `${paint('green', '✓')} ${count(report.projects, 'project')}, ${count(report.assets, 'asset')}: all of it ${what}`,
    `${count(report.copied, 'asset')} copied, ${size(report.copiedBytes)}`,
  ],
  warnings: report.damaged.map((name) => `left out, its bytes are damaged: ${name}`),
  exitCode: report.damaged.length > 0 ? EXIT.failed : EXIT.done,
});

const verifyAnswer = (report: VerifyReport): Answer => ({
  data: report,
  text: (paint) => [
    report.problems.length === 0
      ? `${paint('green', '✓')} ${count(report.projects, 'project')}, ${count(report.assets, 'asset')}, ${size(report.bytes)}: all is well`
      : paint('red', `${count(report.problems.length, 'problem')}:`),
    ...firstOf([...report.problems], SHOWN, ({ kind, project, oid, message }) =>
      [kind, project, oid, message].filter((part) => part !== undefined).join('  '),
    ),
  ],
  exitCode: report.problems.length === 0 ? EXIT.done : EXIT.failed,
});
