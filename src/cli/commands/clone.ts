import { backends } from '../../backends/index.ts';
import type { Parts, ProjectJoinResult } from '../../index.ts';
import type { Command } from '../context.ts';
import { UsageError } from '../exit.ts';
import { shown } from '../format.ts';
import type { Paint } from '../output.ts';

export interface CloneOptions {
  readonly url: string;
  readonly dir?: string;
}

/** `--only` and `--without`. */
export interface PartsOptions {
  readonly only?: readonly string[];
  readonly without?: readonly string[];
}

export const partsFrom = ({ only = [], without = [] }: PartsOptions): Parts | undefined =>
  only.length + without.length > 0 ? { only, without } : undefined;

export const clone: Command<CloneOptions & PartsOptions> = async ({ url, dir, ...options }, context) => {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(
      `"${url}" is not a project's address: it looks like http://relay.example:7460/my-mod-x7k2m9.git.`,
    );
  if (/^\/join\/[^/]+\/?$/.test(new URL(url).pathname))
    throw new UsageError("This is an invite, not a project's address. Accept it with: modsync join INVITE");
  const engine = await context.engine();
  const { gitUrl } = await backends.addressOf(engine.host, url);
  const folder = await context.pathFrom(
    dir ?? folderNameFor(gitUrl.replace(/\/+$/, '').split('/').at(-1) ?? ''),
  );
  const result = await engine.cloneProject(url, folder, { ...context.call, parts: partsFrom(options) });
  return { data: result, text: (paint) => arrivedText(result, paint), warnings: result.warnings ?? [] };
};

export const arrivedText = (result: ProjectJoinResult, paint: Paint): string[] => [
  `${paint('green', '✓')} ${shown(result.name)} is in ${shown(result.path)}`,
  '',
  `Next:  modsync watch -C ${quoted(result.path)}    keep it in sync`,
];

/** For a shell, where a name has something that one would take apart. */
const quoted = (path: string) => (/^[\w./:~+-]+$/.test(path) ? path : `"${shown(path)}"`);

/** What a new folder may be called on every system, for a name that comes from elsewhere. */
export function folderNameFor(name: string): string {
  const safe = name
    .replace(/\.git$/, '')
    .replace(/[\p{Cc}<>:"/\\|?*]+/gu, '-')
    .replace(/^[-.\s]+|[.\s]+$/g, '')
    .slice(0, 100);
  return /^(con|prn|aux|nul|com\d|lpt\d)?(\..*)?$/i.test(safe) ? `project-${safe}` : safe;
}
