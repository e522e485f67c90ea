/**
 * FOMOD installers: `fomod/ModuleConfig.xml`, which mod managers run, and `fomod/info.xml`, which they show. Pure:
 * faults are values. Sources: the published ModuleConfig schema (5.0) and what Mod Organizer and Vortex accept.
 */
import { checkConfig, type Fomod } from './config.ts';
import { decodeXml, parseXml, type XmlElement, XmlFault } from './xml.ts';

export type { Fomod } from './config.ts';
export { withInfoVersion } from './info.ts';

/**
 * @param config the bytes of `ModuleConfig.xml`
 * @param paths of everything that the archive would hold, relative to the folder that holds `fomod/`
 */
export function checkFomod(config: Uint8Array, paths: Iterable<string>): Fomod {
  const root = parsed(config);
  if (typeof root === 'string') return { faults: [root], sources: [] };
  return checkConfig(root, paths);
}

/** What is wrong with `info.xml`. */
export function checkInfo(info: Uint8Array): string[] {
  const root = parsed(info);
  if (typeof root === 'string') return [root];
  return root.name === 'fomod' ? [] : [`line ${root.line}: <${root.name}> stands where <fomod> belongs`];
}

function parsed(bytes: Uint8Array): XmlElement | string {
  try {
    return parseXml(decodeXml(bytes));
  } catch (error) {
    if (error instanceof XmlFault) return `line ${error.line}: ${error.message}`;
    throw error;
  }
}
