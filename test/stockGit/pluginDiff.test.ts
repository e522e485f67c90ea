/** `git diff` on a plugin shows its records, and a folder without modsync stays as usable as any. Runs the built `dist`. */
import { mkdirSync } from 'node:fs';
import { sampleProject } from '../../src/bethesda/index.ts';
import { plainModder } from '../support/stockGit.ts';

const plugin = sampleProject(1, { megabytes: 0 }).find(({ path }) => path.endsWith('.esp'))!.content;
const priced = (part: string, value: number) => {
  const copy = Buffer.from(plugin);
  copy.writeUInt32LE(value, copy.indexOf('DATA', copy.indexOf(part)) + 6);
  return copy;
};

test.each(['a new project', 'a repository that was there before'])('in %s', async (what) => {
  const ann = plainModder('Ann');
  mkdirSync(ann.folder, { recursive: true });
  ann.write('Beacon.esp', plugin);
  ann.write('notes.txt', 'one\n');
  if (what !== 'a new project') {
    await ann.git('init', '-q');
    ann.write('.gitattributes', '*.esp binary\n');
    await ann.git('add', '-A');
    await ann.git('commit', '-qm', 'Start');
  }
  await ann.modsync('init', ann.folder, '--name', 'Test Mod', '--yes');
  ann.write('Beacon.esp', priced('Beacon_Part07', 4242));
  ann.write('notes.txt', 'two\n');
  const shown = await ann.git('diff');
  expect(shown).toMatch(/^@@ .* MISC 0100080A Beacon_Part07\n/m);
  expect(shown).toMatch(/^- {2}data: value \d+, weight [\d.]+\n\+ {2}data: value 4242, weight [\d.]+$/m);

  // a damaged plugin is told of, and the rest of the diff is there
  ann.write('Beacon.esp', plugin.subarray(0, 3000));
  const damaged = await ann.git('diff');
  expect(damaged).toMatch(/^\+The plugin is damaged at byte/m);
  expect(damaged).toMatch(/^\+two$/m);

  // modsync is gone: Git shows that it differs, and everything else
  const command = await ann.git('config', 'diff.modsync-plugin.textconv');
  await ann.git('config', 'diff.modsync-plugin.textconv', command.replace(/main\.js/, 'gone.js'));
  const without = await ann.git('diff');
  expect(without).toMatch(/^-[0-9a-f]{40}$/m);
  expect(without).toMatch(/^\+two$/m);
  await ann.git('config', '--unset', 'diff.modsync-plugin.textconv');
  expect(await ann.git('diff')).toMatch(/Binary files a\/Beacon\.esp and b\/Beacon\.esp differ/);

  await ann.modsync('install');
  expect(await ann.git('config', 'diff.modsync-plugin.textconv')).toBe(command);
  await ann.modsync('uninstall');
  expect((await ann.tryGit('config', 'diff.modsync-plugin.textconv')).out).toBe('');
  expect(ann.tryRead('.git/info/attributes')).toBeUndefined();
  expect(await ann.git('diff')).toMatch(/Binary files/);
});
