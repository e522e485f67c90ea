/** A whole mod tool's main process: one window, and a project that it keeps in sync. */
import { app, BrowserWindow, ipcMain } from 'electron';
import { CloudSyncEngine } from 'modsync';
import { preloadPath, registerCloudSyncHandlers } from 'modsync/electron';

const engine = new CloudSyncEngine();

await app.whenReady();
await engine.initialize();
// both ways are the same; the second is for tools that wrap Electron's ipcMain
registerCloudSyncHandlers();
registerCloudSyncHandlers(engine, { ipcMain, trustedOrigins: ['file://'] });

const projectId = await engine.openProject(process.argv[2] ?? process.cwd());
const window = new BrowserWindow({ webPreferences: { preload: preloadPath, sandbox: true } });
await window.loadFile('index.html', { query: { project: projectId } });

let closing: Promise<void> | undefined;
app.on('before-quit', (event) => {
  // what was begun is finished before the tool ends
  if (closing) return;
  event.preventDefault();
  closing = engine.close().finally(() => app.quit());
});
