/** The built preload in a real Chromium, and the handlers on the other side of its structured clone. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { registerCloudSyncHandlers } from '../../src/electron/index.ts';
import { type PreloadMethod, windowChannelNames } from '../../src/shared/contract/index.ts';
import { ElectronDouble, WindowDouble } from '../rpc/callers.ts';
import { describeChromium, openPage, type Page } from '../support/chromium.ts';
import { temporaryFolder } from '../support/host.ts';
import { until } from '../support/processes.ts';
import { type Person, startTeam } from '../support/team.ts';

type Node = readonly [kind: string, value?: unknown];

/** What page.js encodes. */
function decode(text: string): unknown {
  const nodes = JSON.parse(text) as readonly Node[];
  const made: unknown[] = [];
  const at = (index: number): unknown => {
    if (index in made) return made[index];
    const [kind, value] = nodes[index] as Node;
    const set = (one: unknown) => {
      made[index] = one;
      return one;
    };
    if (kind === 'undefined') return set(undefined);
    if (kind === 'bigint') return set(BigInt(String(value)));
    if (kind === 'number') return set(Number(value));
    if (kind === 'date') return set(new Date(Number(value)));
    if (kind === 'bytes') return set(Uint8Array.from(value as number[]));
    if (kind === 'plain') return set(value);
    const items: unknown[] = [];
    if (kind === 'array') {
      set(items);
      for (const each of value as number[]) items.push(at(each));
      return items;
    }
    if (kind === 'map')
      return set(new Map((value as number[]).map((each) => at(each) as [unknown, unknown])));
    const object = set({});
    // an own member, even of the name "__proto__"
    for (const [key, each] of value as [string, number][])
      Object.defineProperty(object, key, {
        value: at(each),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    return object;
  };
  return at(0);
}

describeChromium('a window', () => {
  let alice: Person;
  let bob: Person;
  let page: Page;
  let window: WindowDouble;
  const electron = new ElectronDouble();

  beforeAll(async () => {
    const { people } = await startTeam(['alice', 'bob'], { 'a.txt': 'one\n' });
    [alice, bob] = people as [Person, Person];
    registerCloudSyncHandlers(alice.engine, { ipcMain: electron });
    const file = join(temporaryFolder('page'), 'index.html');
    writeFileSync(file, '<!doctype html><title>A mod tool</title>');
    page = await openPage(pathToFileURL(file).href);
    window = new WindowDouble(String(await page.evaluate('location.href')));
    window.send = (channel, event) =>
      void page.evaluate(`tellWindow(${JSON.stringify(channel)}, ${JSON.stringify(event)})`);
    await page.bind('callMain', (text) => {
      const { id, channel, args } = decode(text) as { id: number; channel: string; args: unknown[] };
      void electron.invoke(window, channel, args).then((answer) =>
        // `data: undefined` is left out on this way only
        page.evaluate(`answerWindow(${id}, ${JSON.stringify(answer)})`),
      );
    });
    await page.evaluate(`(() => { ${readFileSync('test/electron/page.js', 'utf8')} })()`);
    await page.evaluate(`runPreload(${JSON.stringify(readFileSync('dist/electron/preload.cjs', 'utf8'))})`);
  });

  const call = (method: PreloadMethod, ...args: readonly string[]) =>
    page.evaluate(`electron.api.${method}(${args.join(', ')})`);
  const text = (value: unknown) => JSON.stringify(value);

  test('finds the calls at window.electron.api, by the names of the contract', async () => {
    const names = windowChannelNames.map(
      (name) => `cloudSync${name.replace(/(^|-)(.)/g, (_, __, letter: string) => letter.toUpperCase())}`,
    );
    expect(await page.evaluate('Object.keys(electron.api)')).toEqual(names);
    expect(await page.evaluate('Object.keys(electron)')).toEqual(['api', 'onCloudSyncChange']);
  });

  test('works on a project: status, sync, history, restore', async () => {
    const id = text(alice.id);
    alice.write('a.txt', 'from the tool\n');
    expect(await call('cloudSyncGetStatus', id)).toMatchObject({
      success: true,
      data: { changes: [{ path: 'a.txt', kind: 'modified' }] },
    });
    expect(await call('cloudSyncSyncProject', id, 'undefined', '{ message: "By hand" }')).toMatchObject({
      success: true,
      data: { outcome: 'synced', pushed: true },
    });
    const history = await call('cloudSyncGetProjectHistory', id, '{ limit: 1 }');
    expect(history).toMatchObject({ success: true, data: [{ message: 'By hand\n' }] });
    const [{ snapshotId }] = (history as { data: [{ snapshotId: string }] }).data;
    expect(await call('cloudSyncRestoreSnapshot', text(snapshotId))).toMatchObject({ success: true });
    expect(await call('cloudSyncGetCollaborationSession', id)).toMatchObject({ success: true });
  });

  test('hears the changes that it has subscribed to, and no more when it has ended that', async () => {
    await page.evaluate(
      'globalThis.heard = []; globalThis.stop = electron.onCloudSyncChange(({ change }) => heard.push(change.message))',
    );
    const subscribed = await call('cloudSyncSubscribeToChanges', text(alice.id), '{ kinds: ["message"] }');
    const { subscriptionId } = (subscribed as { data: { subscriptionId: string } }).data;
    await until('the message is heard', async () => {
      await bob.engine.broadcastChange({ projectId: bob.id, kind: 'message', message: 'hello' });
      return ((await page.evaluate('heard')) as string[]).includes('hello');
    });
    await page.evaluate('stop()');
    expect(await call('cloudSyncUnsubscribeFromChanges', text(subscriptionId))).toMatchObject({
      success: true,
    });
    const before = await page.evaluate('heard.length');
    await bob.engine.broadcastChange({ projectId: bob.id, kind: 'message', message: 'nobody listens' });
    await call('cloudSyncGetStatus', text(alice.id));
    expect(await page.evaluate('heard.length')).toBe(before);
  });

  test.each([
    ['a function', '() => 1'],
    ['an element of the page', 'document.body'],
    ['a symbol', 'Symbol("s")'],
    ['a promise', 'Promise.resolve()'],
    ['a cycle', '(() => { const a = {}; a.a = a; return a })()'],
    ['a large number', '10n'],
    ['a map', 'new Map([["projectId", "x"]])'],
    ['a date', 'new Date()'],
    ['bytes', 'new Uint8Array(10)'],
    ['a prototype', 'JSON.parse(\'{"__proto__":{"polluted":true}}\')'],
    ['nothing', ''],
    ['too much', `${text('abcdef')}, 1, 2, 3`],
    ['a long text', '"x".repeat(2_000_000)'],
  ])('that sends %s is told what is wrong with it', async (_, argument) => {
    for (const method of ['cloudSyncGetStatus', 'cloudSyncBroadcastChange'] as const)
      expect(await call(method, argument)).toMatchObject({
        success: false,
        error: { code: 'INVALID_INPUT' },
      });
    expect(await page.evaluate('"polluted" in {}')).toBe(false);
    expect('polluted' in {}).toBe(false);
  });

  test('that goes elsewhere may call nothing there', async () => {
    window.frame = { url: 'https://elsewhere.example/', parent: null };
    expect(await call('cloudSyncGetStatus', text(alice.id))).toMatchObject({
      error: { code: 'ACCESS_DENIED' },
    });
  });
});
