import { parsePlugin, readBa2, sampleProject } from '../../src/bethesda/index.ts';
import { equal, text } from '../../src/shared/bytes.ts';
import { checkPlugin } from '../support/independentPlugin.ts';
import { describeReal, realFile, realPaths } from '../support/realFiles.ts';

const contentOf = (path: string, seed = 1): Uint8Array =>
  sampleProject(seed, { megabytes: 1 }).find((file) => file.path === path)?.content as Uint8Array;

describe('the sample project', () => {
  test('its plugin is valid to a parser of another hand', () => {
    const plugin = contentOf('Beacon.esp');
    const check = checkPlugin(plugin);
    expect(check.declared).toBe(check.records + check.groups);
    expect(check.masters).toEqual(['Fallout4.esm']);
    const objectIds = [...check.editorIds.keys()].map((formId) => formId & 0xffffff);
    expect(check.records).toBe(objectIds.length);
    expect(Math.min(...objectIds)).toBe(0x800);
    expect(check.nextObjectId).toBe(Math.max(...objectIds) + 1);
    expect([...check.editorIds.values()]).toContain('Beacon_Quest');
    expect(parsePlugin(plugin).version).toBe(1);
  });

  test('the same seed gives the same bytes, another seed others', () => {
    const first = sampleProject(7, { megabytes: 1 });
    const again = sampleProject(7, { megabytes: 1 });
    expect(again.map(({ path }) => path)).toEqual(first.map(({ path }) => path));
    first.forEach(({ content }, i) => {
      expect(equal(content, again[i]?.content as Uint8Array)).toBe(true);
    });
    expect(equal(contentOf('Beacon.esp', 8), contentOf('Beacon.esp', 7))).toBe(false);
  });

  test('it is as large as asked for', () => {
    for (const megabytes of [1, 5]) {
      const bytes = sampleProject(1, { megabytes }).reduce((sum, { content }) => sum + content.length, 0);
      expect(bytes / 1e6).toBeGreaterThan(megabytes * 0.8);
      expect(bytes / 1e6).toBeLessThan(megabytes * 1.25);
    }
  });

  test('its archive lists, its textures measure, its scripts have Windows line endings', () => {
    expect(readBa2(contentOf('Beacon - Main.ba2')).entries).toHaveLength(3);
    const dds = sampleProject(1, { megabytes: 1 }).find(({ path }) => path.endsWith('.dds'))
      ?.content as Uint8Array;
    expect(text(dds.subarray(0, 4))).toBe('DDS ');
    const script = text(contentOf('Scripts/Source/User/Beacon/BeaconQuest.psc'));
    expect(script.match(/(?<!\r)\n/g)).toBeNull();
    JSON.parse(text(contentOf('MCM/Config/Beacon/config.json')));
  });
});

describeReal('the parser of another hand', () => {
  test.each(realPaths(/\.es[pml]$/))('%s adds up', (path) => {
    const check = checkPlugin(realFile(path));
    expect(check.declared).toBe(check.records + check.groups);
  });
});
