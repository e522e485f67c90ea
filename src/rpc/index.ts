/**
 * The contract of shared/contract on its way: a `Session` answers one caller of an engine, whatever wire the calls come
 * on; `ownProject` makes this process the one that works on a project and serves the others on this machine; with
 * `reachOwner` they find it. Nothing here touches the machine but through a `Host`.
 */
export { OWNER_FILE, PROTOCOL } from './messages.ts';
export { type Ownership, type OwnershipOptions, ownProject } from './owner.ts';
export {
  callsThrough,
  neighbourhoodOf,
  OwnerClient,
  otherVersion,
  type ProjectCalls,
  type Reached,
  reachOwner,
} from './reach.ts';
export { Session, type SessionEvent } from './Session.ts';
