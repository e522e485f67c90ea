import {
  formatPlugin,
  type PluginNode,
  type PluginRecord,
  parsePlugin,
  sampleProject,
  zstring,
} from '../../src/bethesda/index.ts';
import { judgeSave } from '../../src/merge/index.ts';
import { utf8 } from '../../src/shared/bytes.ts';
import { describeReal, realFile, realPaths } from '../support/realFiles.ts';
import { zlibCodec } from '../support/zlibCodec.ts';

const judge = (path: string, loaded: Uint8Array, pulled: Uint8Array, saved: Uint8Array) =>
  judgeSave({ path, loaded, pulled, saved, codec: zlibCodec });

describe('a script saved after a pull', () => {
  const P = 'Scriptname A\n\nEvent OnInit()\n  Start()\nEndEvent\n\nFunction B()\n  Stop()\nEndFunction\n';
  const Q = P.replace('  Start()\n', '  Start()\n  StartTimer(5)\n').replace('Stop()', 'Halt()');
  const verdict = (saved: string, pulled = Q) => judge('a.psc', utf8(P), utf8(pulled), utf8(saved));

  test('by an editor that still held the old version is stale', () => {
    expect(verdict(`${P}; my note\n`)).toBe('stale');
    expect(verdict(P)).toBe('stale');
  });

  test('by an editor that had loaded the pulled version is fresh', () => {
    expect(verdict(`${Q}; my note\n`)).toBe('fresh');
    expect(verdict(Q)).toBe('fresh');
    expect(verdict(Q.replace('EndEvent', 'EndEvent ; here'))).toBe('fresh');
  });

  test('is stale when only one of several pulled changes is undone', () => {
    expect(verdict(Q.replace('Halt()', 'Stop()'))).toBe('stale');
  });

  test('is stale when the old version was edited in the very place that the pull changed beside', () => {
    const inserted = P.replace('EndEvent\n', 'EndEvent\n\nFunction C()\nEndFunction\n');
    expect(verdict(P.replace('EndEvent\n', 'EndEvent ; mine\n'), inserted)).toBe('stale');
  });

  test('is stale when it brings back lines that the pull had deleted, fresh when it does not', () => {
    const without = P.replace('  Stop()\n', '');
    expect(verdict(`${P}; note\n`, without)).toBe('stale');
    expect(verdict(`${without}; note\n`, without)).toBe('fresh');
  });

  test('is unclear when every place was written anew', () => {
    expect(
      verdict('something else altogether\n', P.replace('Stop()', 'Halt()').replace('Event', 'event')),
    ).toBe('unclear');
  });
});

test('a save that appends below what the pull had appended is fresh, one that appends in its place is stale', () => {
  const verdict = (saved: string) => judge('a.psc', utf8('a\nb\n'), utf8('a\nb\npulled\n'), utf8(saved));
  expect(verdict('a\nb\npulled\nmine\n')).toBe('fresh');
  expect(verdict('a\nb\nmine\n')).toBe('stale');
});

describe('a line that the pull had changed, edited further', () => {
  const saved = (line: string) =>
    judge(
      'a.psc',
      utf8('a\nInt Power = 1\nb\n'),
      utf8('a\nInt Power = 2 ; tuned by alice\nb\n'),
      utf8(`a\n${line}\nb\n`),
    );

  test('is fresh when it has the words that the pull brought', () => {
    expect(saved('Int Power = 3 ; tuned by alice')).toBe('fresh');
    expect(saved('Int Strength = 2 ; tuned by alice and bob')).toBe('fresh');
  });

  test('is stale when it has the words that the pull replaced, unclear when it has neither', () => {
    expect(saved('Float Power = 1')).toBe('stale');
    expect(saved('Int Power = 3')).toBe('unclear');
  });

  test('is unclear when only some of the words are the old ones', () => {
    const by = (line: string) => utf8(`a\n; edit ${line}\nb\n`);
    expect(judge('a.psc', by('0 by alice'), by('1 by bob'), by('4 by alice'))).toBe('unclear');
  });
});

describe('a texture saved after a pull', () => {
  const bytes = (seed: number) => Uint8Array.from({ length: 100 }, (_, i) => (i * seed) % 256);

  test('says nothing when it was exported anew, and is stale when it is the old one', () => {
    expect(judge('a.dds', bytes(3), bytes(5), bytes(7))).toBe('unclear');
    expect(judge('a.dds', bytes(3), bytes(5), bytes(3))).toBe('stale');
    expect(judge('a.dds', bytes(3), bytes(5), bytes(5))).toBe('fresh');
  });

  test('is told by its blocks when only a part of it was painted over', () => {
    const painted = (side: Uint8Array, from: number, seed: number) => {
      const copy = side.slice();
      copy.set(bytes(seed).subarray(0, 32), from);
      return copy;
    };
    const P = Uint8Array.from({ length: 640 }, (_, i) => (i * 7) % 251);
    const Q = painted(P, 320, 9);
    expect(judge('a.dds', P, Q, painted(P, 64, 3))).toBe('stale');
    expect(judge('a.dds', P, Q, painted(Q, 64, 3))).toBe('fresh');
  });
});

describe('a plugin saved after a pull', () => {
  const P = sampleProject(1, { megabytes: 0 }).find(({ path }) => path === 'Beacon.esp')
    ?.content as Uint8Array;

  /** The plugin with its records passed through `edit`; dropped where that gives nothing. */
  const edited = (
    bytes: Uint8Array,
    edit: (record: PluginRecord) => PluginRecord | undefined,
  ): Uint8Array => {
    const through = (nodes: readonly PluginNode[]): PluginNode[] =>
      nodes.flatMap((node): PluginNode[] => {
        if (node.kind === 'group') return [{ ...node, children: through(node.children) }];
        const kept = edit(node);
        return kept ? [kept] : [];
      });
    const plugin = parsePlugin(bytes);
    return formatPlugin({ tes4: plugin.tes4, nodes: through(plugin.nodes) });
  };
  /** Another price for one part. */
  const priced = (bytes: Uint8Array, part: string, price: number) =>
    edited(bytes, (record) => {
      if (!zstring(record.data.subarray(6)).startsWith(part)) return record;
      const data = record.data.slice();
      new DataView(data.buffer).setUint32(data.length - 8, price, true);
      return { ...record, data };
    });
  const resaved = (bytes: Uint8Array) =>
    edited(bytes, (record) => {
      const header = record.header.slice();
      header.set([0x12, 0x34, 0x56, 0x78], 16);
      return { ...record, header };
    });
  const without = (bytes: Uint8Array, part: string) =>
    edited(bytes, (record) => (zstring(record.data.subarray(6)).startsWith(part) ? undefined : record));

  const Q = priced(P, 'Beacon_Part03', 777);

  test('by a Creation Kit that held the old version is stale, noise in every header aside', () => {
    expect(judge('Beacon.esp', P, Q, resaved(priced(P, 'Beacon_Part20', 5)))).toBe('stale');
  });

  test('by a Creation Kit that had loaded the pulled version is fresh', () => {
    expect(judge('Beacon.esp', P, Q, resaved(priced(Q, 'Beacon_Part20', 5)))).toBe('fresh');
  });

  test('is stale when it lacks a record that the pull had added', () => {
    const before = without(P, 'Beacon_Part05');
    expect(judge('Beacon.esp', before, P, priced(before, 'Beacon_Part20', 5))).toBe('stale');
    expect(judge('Beacon.esp', before, P, priced(P, 'Beacon_Part20', 5))).toBe('fresh');
  });

  test('is stale when it brings back a record that the pull had deleted', () => {
    const after = without(P, 'Beacon_Part05');
    expect(judge('Beacon.esp', P, after, priced(P, 'Beacon_Part20', 5))).toBe('stale');
  });

  test('is stale when the same record was edited elsewhere than the pull had', () => {
    const renamed = edited(P, (record) => {
      if (!zstring(record.data.subarray(6)).startsWith('Beacon_Part03')) return record;
      const data = record.data.slice();
      data[6] = 'b'.charCodeAt(0);
      return { ...record, data };
    });
    expect(judge('Beacon.esp', P, Q, renamed)).toBe('stale');
  });

  test('is unclear when the record was changed a third way, or the file cannot be read', () => {
    expect(judge('Beacon.esp', P, Q, priced(P, 'Beacon_Part03', 9))).toBe('unclear');
    expect(judge('Beacon.esp', P, Q, P.subarray(0, P.length - 9))).toBe('unclear');
  });
});

describeReal('real successive saves of a plugin', () => {
  const versions = realPaths(/mantella-history\/.*\.esp$/);

  test('each version is a fresh save of the one before it, noise of two Creation Kits aside', () => {
    for (let i = 0; i + 2 < versions.length; i++) {
      const [loaded, pulled, saved] = versions.slice(i, i + 3).map(realFile) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      expect([versions[i], judge('M.esp', loaded, pulled, saved)]).toEqual([versions[i], 'fresh']);
    }
  });

  test('an older version saved over a newer one is stale', () => {
    for (let i = 0; i + 2 < versions.length; i++) {
      const [older, loaded, pulled] = versions.slice(i, i + 3).map(realFile) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      // Between these two nothing changed but noise: there is nothing to undo.
      const expected = versions[i + 2]?.includes('10-') ? 'fresh' : 'stale';
      expect([versions[i], judge('M.esp', loaded, pulled, older)]).toEqual([versions[i], expected]);
    }
  });

  test('in the real divergent edit, theirs saved over ours is stale', () => {
    const [base, ours, theirs] = ['base', 'ours', 'theirs'].map((name) =>
      realFile(`plugins/mantella-merge/${name}.esp`),
    ) as [Uint8Array, Uint8Array, Uint8Array];
    expect(judge('M.esp', base, ours, theirs)).toBe('stale');
  });
});
