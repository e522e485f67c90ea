import { realpathSync } from 'node:fs';
import { sep } from 'node:path';
import type { Watch } from '../index.ts';
import { native } from './native.ts';

/** How often to look when the native watcher does not load. Milliseconds. */
const POLL = 2000;

/** `@parcel/watcher`; a timer that says "anything may have changed" where that has no build for the platform. */
export const nodeWatch: Watch = {
  async start(folder, { onChange, onError }) {
    // the watcher reports real paths: a temp folder on macOS is a symlink
    const root = realpathSync.native(native(folder));
    const watcher = await import('@parcel/watcher').catch(() => undefined);
    if (!watcher) {
      const timer = setInterval(() => onChange(undefined), POLL);
      return { close: async () => clearInterval(timer) };
    }
    const subscription = await watcher.subscribe(
      root,
      (error, events) => {
        if (!error) {
          const paths = events.map((event) => event.path.slice(root.length + 1).replaceAll(sep, '/'));
          onChange(paths.filter((path) => path !== '' && path !== '.git' && !path.startsWith('.git/')));
        } else if (error.message.includes('must be re-scanned') || error.message.includes('dropped'))
          onChange(undefined);
        else onError(error);
      },
      { ignore: ['.git'] },
    );
    return { close: () => subscription.unsubscribe() };
  },
};
