/**
 * Plugins (esp, esm, esl): read into groups, records and subrecords without a schema, written back byte for byte.
 *
 * `parsePlugin` gives views into the file. `subrecordsOf` inflates a record when asked, with the codec it is given.
 * `sameRecord` compares without the noise of the Creation Kit: compare normalised, write original bytes.
 * The merge room and the engine call this; nothing here knows of disks, Git or people.
 */
export {
  eachRecord,
  meaningful,
  recordKey,
  sameRecord,
  sameSubrecord,
  sameSubrecords,
  withoutNoise,
} from './compare.ts';
export { withDescribedVersion } from './description.ts';
export { zstring } from './fields.ts';
export { objectIdRange, ownRecords, withNextObjectId } from './objectIds.ts';
export { parsePlugin, parsePluginHeader } from './read.ts';
export { editorIdOf, type Inflate, payloadOf, subrecords, subrecordsOf } from './subrecords.ts';
export * from './types.ts';
export {
  type AttachedScript,
  type AttachedScripts,
  readScripts,
  restKey,
  type ScriptProperty,
} from './vmad.ts';
export { countNodes, formatPlugin, formatSubrecords } from './write.ts';
