import { a as callsThrough, i as OwnerClient, n as otherVersion, r as reachOwner, t as neighbourhoodOf } from "./reach-CJVIbxA4.js";

export { OwnerClient, callsThrough, neighbourhoodOf, otherVersion, reachOwner };