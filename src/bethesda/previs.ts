/**
 * Previs and precombined meshes, by name. The Creation Kit makes them from one version of a plugin, and the game checks
 * that they are of that version: files of two versions together show holes in the world.
 */
import { classify } from './profile.ts';

export interface PrevisName {
  /** The folder that is `Data`, with its slash; '' is the project's own. Lowercase, as all of it. */
  readonly root: string;
  /** The plugin's name without its ending; absent for precombined meshes, whose names have only the cell. */
  readonly plugin?: string;
}

const BY_PLUGIN = [
  /^(.*\/)?vis\/([^/]+)\.es[plm]\/[^/]+\.uvd$/,
  /^((?:[^/]+\/)*)([^/]+)\.cdx$/,
  /^((?:[^/]+\/)*)([^/]+) - geometry\.csg$/,
];
const PRECOMBINED = /^(.*\/)?meshes\/precombined\/.+\.nif$/;
const PLUGIN = /^((?:[^/]+\/)*)([^/]+)\.[^./]+$/;

/** `undefined` for any other file. */
export function previsName(path: string): PrevisName | undefined {
  const lower = path.toLowerCase();
  for (const pattern of BY_PLUGIN) {
    const found = pattern.exec(lower);
    if (found) return { root: found[1] ?? '', plugin: found[2] as string };
  }
  const found = PRECOMBINED.exec(lower);
  return found ? { root: found[1] ?? '' } : undefined;
}

/** The same of a plugin, to find its files by. */
export function pluginName(path: string): Required<PrevisName> | undefined {
  const found = classify(path) === 'plugin' ? PLUGIN.exec(path.toLowerCase()) : undefined;
  return found ? { root: found[1] ?? '', plugin: found[2] as string } : undefined;
}
