/** Merges of real plugins, judged by a reading of their records that shares nothing with the merge but the parser. */
import {
  formatPlugin,
  type PluginNode,
  type PluginRecord,
  parsePlugin,
  sameRecord,
} from '../../src/bethesda/index.ts';
import { mergePlugins, type PluginOutcome } from '../../src/merge/plugin/index.ts';
import { concat, equal, utf8 } from '../../src/shared/bytes.ts';
import { checkPlugin } from '../support/independentPlugin.ts';
import { describeReal, realFile, realPaths } from '../support/realFiles.ts';
import { zlibCodec } from '../support/zlibCodec.ts';

const merge = (base: Uint8Array, ours: Uint8Array, theirs: Uint8Array) =>
  mergePlugins(base, ours, theirs, zlibCodec);

function mergedOf(outcome: PluginOutcome): Uint8Array {
  if (!('merged' in outcome)) throw new Error(outcome.conflict);
  const { declared, records, groups } = checkPlugin(outcome.merged);
  expect(declared).toBe(records + groups);
  return outcome.merged;
}

type Records = Map<number, PluginRecord>;

function recordsOf(file: Uint8Array): Records {
  const records: Records = new Map();
  const walk = (nodes: readonly PluginNode[]): void => {
    for (const node of nodes)
      if (node.kind === 'group') walk(node.children);
      else records.set(node.formId, node);
  };
  walk(parsePlugin(file).nodes);
  return records;
}

const same = (a: PluginRecord | undefined, b: PluginRecord | undefined): boolean =>
  a === undefined || b === undefined ? a === b : sameRecord(a, b, zlibCodec);

/** Records with others, as FormIDs. */
function difference(a: Uint8Array, b: Uint8Array): number[] {
  const [x, y] = [recordsOf(a), recordsOf(b)];
  return [...new Set([...x.keys(), ...y.keys()])].filter((id) => !same(x.get(id), y.get(id)));
}

/** `base` with those records as `next` has them that `picked` picks; a new group comes whole. */
function withSome(base: Uint8Array, next: Uint8Array, picked: (formId: number) => boolean): Uint8Array {
  const name = (node: PluginNode): string =>
    node.kind === 'record' ? `record ${node.formId}` : `group ${node.groupType} ${node.label}`;
  const mix = (before: readonly PluginNode[], after: readonly PluginNode[]): PluginNode[] => {
    const later = new Map(after.map((node) => [name(node), node]));
    const earlier = new Set(before.map(name));
    const kept = before.flatMap((node): PluginNode[] => {
      const other = later.get(name(node));
      if (node.kind === 'group')
        return [{ ...node, children: mix(node.children, other?.kind === 'group' ? other.children : []) }];
      if (!picked(node.formId)) return [node];
      return other ? [other] : [];
    });
    const added = after.filter(
      (node) => !earlier.has(name(node)) && picked(node.kind === 'record' ? node.formId : node.label),
    );
    return [...kept, ...added];
  };
  const [a, b] = [parsePlugin(base), parsePlugin(next)];
  return formatPlugin({ tes4: a.tes4, nodes: mix(a.nodes, b.nodes) });
}

/** As the Creation Kit does it: other timestamps in every header. */
function resaved(file: Uint8Array): Uint8Array {
  const stamp = <Node extends { readonly header: Uint8Array }>(node: Node): Node => {
    const header = new Uint8Array(node.header);
    header.set([0x11, 0x22, 0x33, 0x44], 16);
    return { ...node, header };
  };
  const through = (nodes: readonly PluginNode[]): PluginNode[] =>
    nodes.map((node) =>
      node.kind === 'record' ? stamp(node) : { ...stamp(node), children: through(node.children) },
    );
  const plugin = parsePlugin(file);
  return formatPlugin({ tes4: plugin.tes4, nodes: through(plugin.nodes) });
}

describeReal('the real divergent edit of two people', () => {
  const [base, ours, theirs] = ['base', 'ours', 'theirs'].map((name) =>
    realFile(`plugins/mantella-merge/${name}.esp`),
  ) as [Uint8Array, Uint8Array, Uint8Array];
  const [b, o, t] = [base, ours, theirs].map(recordsOf) as [Records, Records, Records];

  test('leaves one record open, the only one that both changed differently', () => {
    const outcome = merge(base, ours, theirs);
    const both = difference(base, ours).filter(
      (id) => difference(base, theirs).includes(id) && !same(o.get(id), t.get(id)),
    );
    expect(both).toEqual([0x2178e]);
    expect(outcome).toMatchObject({
      conflict: 'Both of you changed the same record: LCTN VirtualLocation.',
      records: [{ formId: 0x2178e, type: 'LCTN', editorId: 'VirtualLocation', kind: 'both-modified' }],
    });
    expect(merge(base, theirs, ours)).toMatchObject({ records: [{ formId: 0x2178e }] });
  });

  test.each(['local', 'remote'] as const)(
    'with %s chosen, everything that one side changed is in a sound plugin',
    (choice) => {
      const merged = recordsOf(
        mergedOf(mergePlugins(base, ours, theirs, zlibCodec, { decide: () => choice })),
      );
      let taken = 0;
      for (const id of new Set([...b.keys(), ...o.keys(), ...t.keys()])) {
        const fromOurs = same(b.get(id), t.get(id)) || (choice === 'local' && id === 0x2178e);
        const wanted = fromOurs || same(o.get(id), t.get(id)) ? o.get(id) : t.get(id);
        if (!same(b.get(id), wanted)) taken++;
        expect(merged.has(id)).toBe(wanted !== undefined);
        if (wanted) expect(equal(merged.get(id)?.data as Uint8Array, wanted.data)).toBe(true);
      }
      expect(taken).toBe(15);
    },
  );
});

describeReal('real successive saves of a plugin', () => {
  const versions = realPaths(/mantella-history\/.*\.esp$/).map(realFile);
  const steps = versions.slice(1).map((next, i) => [i + 1, versions[i] as Uint8Array, next] as const);

  test.each(steps)(
    'from version %i on: whoever saved, the other had not, noise aside',
    (_, before, after) => {
      for (const base of [before, resaved(before)]) {
        const expected = difference(before, after).length > 0 ? [after] : [after, base];
        for (const merged of [merge(before, after, base), merge(before, base, after)])
          expect(expected.some((file) => equal(mergedOf(merged), file))).toBe(true);
      }
    },
  );

  test.each(steps)(
    'from version %i on: split between two people in eight ways, the save comes together',
    (_, before, after) => {
      const changed = difference(before, after);
      for (let way = 0; way < 8; way++) {
        const mine = (id: number) => ((id >> (way >> 1)) & 1) === (way & 1);
        const ours = withSome(before, after, mine);
        const theirs = resaved(withSome(before, after, (id) => !mine(id)));
        const merged = mergedOf(merge(before, ours, theirs));
        expect(difference(merged, after)).toEqual([]);
        expect(difference(before, merged).sort()).toEqual([...changed].sort());
      }
    },
  );

  test('two saves of one person that both change a record leave exactly those open', () => {
    let open = 0;
    for (let i = 0; i + 2 < versions.length; i++) {
      const [base, ours, theirs] = versions.slice(i, i + 3) as [Uint8Array, Uint8Array, Uint8Array];
      const both = difference(base, ours).filter(
        (id) =>
          difference(base, theirs).includes(id) && !same(recordsOf(ours).get(id), recordsOf(theirs).get(id)),
      );
      const outcome = merge(base, ours, theirs);
      const found = 'merged' in outcome ? [] : (outcome.records ?? []).map(({ formId }) => formId);
      expect(found.sort()).toEqual(both.sort());
      open += both.length;
    }
    expect(open).toBeGreaterThan(100);
  });
});

describeReal('every real plugin', () => {
  test.each(realPaths(/\.es[pml]$/))('%s takes the edits of two people', (path) => {
    const file = realFile(path);
    const ids = [...recordsOf(file).values()]
      .filter(({ flags }) => !(flags & 0x40000))
      .map(({ formId }) => formId);
    const edited = (at: number, mark: string): Uint8Array => {
      const through = (nodes: readonly PluginNode[]): PluginNode[] =>
        nodes.map((node) => {
          if (node.kind === 'group') return { ...node, children: through(node.children) };
          if (node.formId !== ids[at]) return node;
          return { ...node, data: concat([node.data, utf8(mark), Uint8Array.of(1, 0, 7)]) };
        });
      const plugin = parsePlugin(file);
      return formatPlugin({ tes4: plugin.tes4, nodes: through(plugin.nodes) });
    };
    if (ids.length < 2) return;
    const merged = mergedOf(merge(file, edited(0, 'MINE'), edited(ids.length - 1, 'YOUR')));
    expect(difference(file, merged)).toEqual([ids[0], ids[ids.length - 1]]);
    expect(equal(merged, mergedOf(merge(file, edited(ids.length - 1, 'YOUR'), edited(0, 'MINE'))))).toBe(
      true,
    );
  });
});
