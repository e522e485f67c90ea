/** A mod that can be released, and what a release of it, or its refusal, is. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleaseCheck, ReleaseFault } from '../../src/index.ts';
import { SyncError } from '../../src/shared/errors.ts';
import { group, plugin, record, z } from '../support/pluginBuilder.ts';
import { type Person, startTeam } from '../support/team.ts';

export type Files = Readonly<Record<string, string | Uint8Array>>;

export const mod = (...names: readonly string[]) =>
  plugin(
    [
      group(
        0,
        'MISC',
        names.map((name, at) => record('MISC', 0x01000800 + at, [['EDID', z(name)]])),
      ),
    ],
    { masters: ['Fallout4.esm'] },
  );

export const FOMOD = `<config><moduleName>My Mod</moduleName><requiredInstallFiles><file source="My.esp"/></requiredInstallFiles></config>\n`;
export const MOD: Files = {
  'My.esp': mod('First'),
  'Textures/My/a.dds': 'texture a',
  'Scripts/My.pex': 'compiled',
  'Scripts/Source/User/My.psc': 'Scriptname My\n',
  'MCM/Config/My/config.json': '{ "modName": "My", "version": "0" }\n',
  'fomod/info.xml': '<fomod><Name>My Mod</Name></fomod>\n',
  'fomod/ModuleConfig.xml': FOMOD,
  'Readme.txt': 'read me\n',
  'docs/plan.md': 'not for players\n',
  'Textures/My/a.psd': 'layers',
};

export async function alone(files: Files = MOD, rules: object = {}): Promise<Person> {
  const { people } = await startTeam(['alice'], files);
  const [alice] = people as [Person];
  if (Object.keys(rules).length > 0) await ruled(alice, rules);
  return alice;
}

export async function ruled(person: Person, release: object): Promise<void> {
  const project = JSON.parse(person.read('.modsync.json'));
  person.write('.modsync.json', `${JSON.stringify({ ...project, rules: { release } }, null, 2)}\n`);
  await person.sync();
}

export const releaseOf = (person: Person, version: string, options = {}) =>
  person.engine.releases.make(person.id, version, options);
export const bytesAt = (path: string | undefined) => readFileSync(path ?? 'nothing');
export const stateOf = (person: Person) => ({
  refs: person.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/tags'),
  status: person.git('status', '--porcelain'),
  files: person.files(),
  archives: existsSync(join(person.folder, '.git/modsync/releases'))
    ? readdirSync(join(person.folder, '.git/modsync/releases'), { recursive: true })
    : [],
});

export async function faultsOf(person: Person, version: string): Promise<readonly ReleaseFault[]> {
  const before = stateOf(person);
  const error = await releaseOf(person, version).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SyncError);
  expect(error).toMatchObject({ code: 'RELEASE_REFUSED' });
  expect(stateOf(person)).toEqual(before);
  return (error as SyncError).data.faults as readonly ReleaseFault[];
}

export const checksOf = async (person: Person, version: string): Promise<ReleaseCheck[]> => [
  ...new Set((await faultsOf(person, version)).map(({ check }) => check)),
];
