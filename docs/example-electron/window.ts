/** The window's side: no Node, no modsync but its types. */
import type { CloudSyncElectron } from 'modsync/electron';

declare global {
  interface Window {
    readonly electron: CloudSyncElectron;
  }
}

const { api, onCloudSyncChange } = window.electron;
const output = document.querySelector('output');
const say = (text: string) => output?.append(`${text}\n`);

const projectId = new URLSearchParams(location.search).get('project') ?? '';
const status = await api.cloudSyncGetStatus(projectId);
if (status.success) {
  const { projectId: id, branch, changes } = status.data;
  say(`${branch}: ${changes.length} changed`);

  onCloudSyncChange(({ change }) => say(`${change.author}: ${change.kind}`));
  const subscribed = await api.cloudSyncSubscribeToChanges(id, { kinds: ['push', 'message'] });
  if (!subscribed.success) say(subscribed.error.message);

  document.querySelector('button')?.addEventListener('click', async () => {
    const synced = await api.cloudSyncSyncProject(id, 'bidirectional', { message: 'From the tool' });
    if (!synced.success) say(`${synced.error.code}: ${synced.error.message}`);
    else if (synced.data.outcome === 'conflicts') say(`${synced.data.conflicts.length} to decide`);
    else say('synced');
  });
} else say(status.error.message);
