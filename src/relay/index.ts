/**
 * The relay: one Express server that hosts a team's projects. Git over smart HTTP (by the system's git), the LFS API
 * and the assets' bytes, invites, and the feed that tells everyone at once that something changed.
 *
 * `startRelay` is all that others call (`modsync serve` and the tests). Inside, start with app.ts: it lists every
 * route; access/routes.ts decides who may call them; server.ts starts and stops the whole. State lives in one data
 * folder (dataFolder.ts): repositories, assets, and one SQLite file that only db/ touches.
 */

export { readConfig } from './operate/config.ts';
export { type Relay, type RelayOptions, startRelay } from './server.ts';
export { backUp, type CopyReport, restore } from './upkeep/backup.ts';
export { collect } from './upkeep/collect.ts';
export { type Problem, type VerifyReport, verify } from './upkeep/verify.ts';
