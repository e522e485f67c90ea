/**
 * What Fallout 4 and its tools write: plugins, BA2 archives, and the profile of a project (what each path is, what
 * goes to LFS, what is never committed, which files belong to a plugin). Pure: values in, values out; the one thing
 * taken from the machine is `inflate`, passed in. Anyone above may call it; it calls nobody but shared/.
 */
export * from './ba2.ts';
export { type Ba2Part, putTogether, takeApart } from './ba2Parts.ts';
export { checkFomod, checkInfo, type Fomod, withInfoVersion } from './fomod/index.ts';
export { isGameFile, isGameFolder } from './gameFiles.ts';
export * from './plugin/index.ts';
export { filesOfPlugin, type PluginFiles } from './pluginFiles.ts';
export { type PrevisName, pluginName, previsName } from './previs.ts';
export {
  classify,
  type FileClass,
  gitAttributes,
  gitIgnore,
  isPlugin,
  lfsLineFor,
  PLUGIN_LIMIT,
} from './profile.ts';
export { type SampleFile, sampleProject } from './sample/index.ts';
export { gameRoot, installedBy, ships } from './shipping.ts';
