import type { Finding } from '../../index.ts';
import type { Host } from '../../platform/index.ts';
import { errorBody, hasCode } from '../../shared/errors.ts';
import type { Command } from '../context.ts';
import { EXIT } from '../exit.ts';
import { columns, count, shown } from '../format.ts';
import { machineFindings } from '../machine.ts';
import type { Colour, Paint } from '../output.ts';

export interface DoctorOptions {
  readonly fix?: boolean;
}

export const doctor: Command<DoctorOptions> = async ({ fix = false }, context) => {
  const host = await context.host();
  const folder = await context.folder();
  const findings: Finding[] = await machineFindings(host);
  try {
    const engine = await context.engine();
    findings.push(...(await engine.diagnose(folder, { fix })));
  } catch (error) {
    findings.push(
      hasCode(error, 'NOT_A_PROJECT') && !(await hasProjectFile(host, folder))
        ? {
            check: 'project',
            state: 'warning',
            message: `${folder} is in no project.`,
            mend: 'modsync init, join or clone',
          }
        : { check: 'project', state: 'bad', message: errorBody(error).message },
    );
  }
  const bad = findings.filter(({ state }) => state === 'bad').length;
  return {
    data: { healthy: bad === 0, findings },
    text: (paint) => [...findingLines(findings, paint), '', summary(findings, fix, paint)],
    exitCode: bad > 0 ? EXIT.failed : EXIT.done,
  };
};

/** A project whose Git repository is gone or broken is something else than no project. */
const hasProjectFile = async ({ disk }: Host, folder: string) =>
  (await disk.lstatMany(folder, ['.modsync.json', '.git/modsync/project.json'])).some(
    (stat) => stat !== undefined,
  );

const SIGNS: Readonly<Record<Finding['state'], readonly [Colour, string]>> = {
  good: ['green', '✓'],
  warning: ['yellow', '!'],
  bad: ['red', '✗'],
};

function findingLines(findings: readonly Finding[], paint: Paint): string[] {
  const rows = columns(
    findings.map(({ check, state, message }) => [paint(...SIGNS[state]), check, shown(message)]),
  );
  return rows.flatMap((row, at) => {
    const { state, mend } = findings[at] as Finding;
    return mend && state !== 'good' ? [row, `   ${paint('dim', `→ ${shown(mend)}`)}`] : [row];
  });
}

function summary(findings: readonly Finding[], fix: boolean, paint: Paint): string {
  const bad = findings.filter(({ state }) => state === 'bad').length;
  const warnings = findings.filter(({ state }) => state === 'warning').length;
  const canFix = findings.some(({ mend }) => mend?.includes('--fix') || mend === 'modsync install');
  if (bad > 0)
    return (
      paint('red', `${count(bad, 'problem')}${warnings > 0 ? `, ${count(warnings, 'warning')}` : ''}.`) +
      (canFix && !fix ? ' modsync doctor --fix mends what it can.' : '')
    );
  return warnings > 0
    ? paint('yellow', `${count(warnings, 'warning')}, nothing broken.`)
    : paint('green', 'All is well.');
}
