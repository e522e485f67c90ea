/** What Git's configuration says about a working tree. */
import type { Host } from '../../platform/index.ts';
import { SyncError } from '../../shared/errors.ts';
import { join } from '../../shared/paths.ts';
import { expandHome, type GitConfig, isWindows, xdgConfigHome } from '../config.ts';
import type { StatConfig } from '../index/statMatch.ts';
import type { LineEndingConfig } from './lineEndings.ts';

export interface WorkTreeSettings {
  readonly stat: StatConfig;
  readonly lineEndings: LineEndingConfig;
  readonly ignoreCase: boolean;
  /** Disk paths. */
  readonly excludesFile: string | undefined;
  readonly attributesFile: string | undefined;
}

/** @throws SyncError `INVALID_CONFIG` */
export function workTreeSettings(host: Host, folder: string, config: GitConfig): WorkTreeSettings {
  const autocrlf =
    config.get('core.autocrlf')?.toLowerCase() === 'input'
      ? 'input'
      : (config.getBool('core.autocrlf') ?? false);
  const fileFor = (key: string, standard: string) => {
    const named = config.get(key);
    if (named) return expandHome(host, named, folder);
    const home = named === undefined ? xdgConfigHome(host) : undefined;
    return home && join(home, 'git', standard);
  };
  return {
    stat: {
      trustCtime: config.getBool('core.trustctime') ?? true,
      fileMode: config.getBool('core.filemode') ?? !isWindows(host),
      symlinks: config.getBool('core.symlinks') ?? !isWindows(host),
      minimal: config.get('core.checkstat')?.toLowerCase() === 'minimal',
    },
    lineEndings: { autocrlf, eol: eolOf(host, config.get('core.eol')) },
    ignoreCase: config.getBool('core.ignorecase') ?? false,
    excludesFile: fileFor('core.excludesfile', 'ignore'),
    attributesFile: fileFor('core.attributesfile', 'attributes'),
  };
}

function eolOf(host: Host, value: string | undefined): 'lf' | 'crlf' {
  const eol = value?.toLowerCase() ?? 'native';
  if (eol === 'lf' || eol === 'crlf') return eol;
  if (eol === 'native') return isWindows(host) ? 'crlf' : 'lf';
  throw new SyncError(
    'INVALID_CONFIG',
    `Git's configuration has core.eol = ${value}; it can be lf, crlf or native.`,
    {
      data: { key: 'core.eol', value },
    },
  );
}
