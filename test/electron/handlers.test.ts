/** What a mod tool's main process promises its windows. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { registerCloudSyncHandlers } from '../../src/electron/index.ts';
import { CloudSyncEngine } from '../../src/index.ts';
import { electronChannel, windowChannelNames } from '../../src/shared/contract/index.ts';
import { ElectronDouble, WindowDouble } from '../rpc/callers.ts';
import { type LocalProject, startLocalProject } from '../support/localProject.ts';
import { startTeam } from '../support/team.ts';

const STATUS = 'cloud-sync:get-status';
let project: LocalProject;
let electron: ElectronDouble;

beforeEach(async () => {
  project = await startLocalProject();
  electron = new ElectronDouble();
});

test('exactly the channels of the contract are handled, and none after it is taken back', () => {
  const unregister = registerCloudSyncHandlers(project.engine, { ipcMain: electron });
  expect([...electron.handlers.keys()].sort()).toEqual(windowChannelNames.map(electronChannel).sort());
  unregister();
  expect(electron.handlers.size).toBe(0);
});

test('registering again replaces what was registered', async () => {
  const first = registerCloudSyncHandlers(undefined, { ipcMain: electron });
  registerCloudSyncHandlers(project.engine, { ipcMain: electron });
  first();
  expect(await electron.invoke(new WindowDouble(), STATUS, [project.id])).toMatchObject({ success: true });
});

test('without an engine, the one initialised last answers; before and after there is none', async () => {
  registerCloudSyncHandlers(undefined, { ipcMain: electron });
  const ask = () => electron.invoke(new WindowDouble(), STATUS, [project.id]);
  expect(CloudSyncEngine.latest).toBe(project.engine);
  expect(await ask()).toMatchObject({ success: true, data: { projectId: project.id } });
  await project.engine.close();
  expect(await ask()).toMatchObject({
    success: false,
    error: { code: 'ENGINE_NOT_INITIALIZED', message: expect.stringMatching(/^Engine not initialized/) },
  });
});

test('outside of Electron, it says where it works', () => {
  expect(() => registerCloudSyncHandlers(project.engine)).toThrow(/main process of Electron/);
});

test.each([
  ['another site', 'https://evil.example/index.html'],
  ['a local server that is not named', 'http://localhost:5173/'],
  ['a data URL', 'data:text/html,<script></script>'],
  ['an empty page', 'about:blank'],
  ['no URL', ''],
])('a page from %s is refused', async (_, url) => {
  registerCloudSyncHandlers(project.engine, { ipcMain: electron });
  for (const channel of windowChannelNames)
    expect(
      await electron.invoke(new WindowDouble(url), electronChannel(channel), [project.id]),
    ).toMatchObject({
      success: false,
      error: { code: 'ACCESS_DENIED' },
    });
});

test('a frame inside a page is refused, and so is one that is gone', async () => {
  registerCloudSyncHandlers(project.engine, { ipcMain: electron });
  const window = new WindowDouble();
  window.frame = { url: 'file:///tool/index.html', parent: {} };
  expect(await electron.invoke(window, STATUS, [project.id])).toMatchObject({
    error: { code: 'ACCESS_DENIED' },
  });
  window.frame = null;
  expect(await electron.invoke(window, STATUS, [project.id])).toMatchObject({
    error: { code: 'ACCESS_DENIED' },
  });
});

test('the origins that a tool names are its own, and only those', async () => {
  const trustedOrigins = ['app://ui', 'http://localhost:5173'];
  registerCloudSyncHandlers(project.engine, { ipcMain: electron, trustedOrigins });
  const asked = (url: string) => electron.invoke(new WindowDouble(url), STATUS, [project.id]);
  for (const url of ['app://ui/main.html', 'http://localhost:5173/a?b#c'])
    expect(await asked(url)).toMatchObject({ success: true });
  for (const url of [
    'app://ui.evil/',
    'http://localhost:51730/',
    'https://localhost:5173/',
    'file:///x.html',
  ])
    expect(await asked(url)).toMatchObject({ success: false });
});

test.each(['destroyed', 'render-process-gone', 'did-navigate'] as const)(
  'a window that is %s leaves nothing behind',
  async (ending) => {
    const { people } = await startTeam(['alice'], { 'a.txt': 'one\n' });
    const [alice] = people as [(typeof people)[number]];
    let open = 0;
    const { engine } = alice;
    const subscribe = engine.subscribeToChanges.bind(engine);
    engine.subscribeToChanges = async (...args) => {
      const made = await subscribe(...args);
      open++;
      return {
        ...made,
        unsubscribe: () => {
          open--;
          made.unsubscribe();
        },
      };
    };
    registerCloudSyncHandlers(engine, { ipcMain: electron });
    const window = new WindowDouble();
    for (let at = 0; at < 3; at++)
      expect(await electron.invoke(window, 'cloud-sync:subscribe-to-changes', [alice.id])).toMatchObject({
        success: true,
      });
    // one that is still being made when the window goes
    const late = electron.invoke(window, 'cloud-sync:subscribe-to-changes', [alice.id]);
    if (ending === 'destroyed') window.destroy();
    else window.emit(ending);
    await late;
    expect(open).toBe(0);
    for (const event of ['destroyed', 'render-process-gone', 'did-navigate'])
      expect(window.listenerCount(event)).toBe(0);
    if (ending !== 'destroyed')
      expect(await electron.invoke(window, STATUS, [alice.id])).toMatchObject({ success: true });
  },
);

test('a tool that keeps a project in sync owns it, until its engine is closed', async () => {
  registerCloudSyncHandlers(project.engine, { ipcMain: electron });
  const owner = join(project.folder, '.git', 'modsync', 'owner.json');
  expect(existsSync(owner)).toBe(false);
  await electron.invoke(new WindowDouble(), 'cloud-sync:enable-auto-sync', [project.id]);
  expect(existsSync(owner)).toBe(true);
  await project.engine.close();
  expect(existsSync(owner)).toBe(false);
});
