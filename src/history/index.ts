/**
 * How history travels to and from a remote: implementations of the port `History`. Backends make them; the engine
 * uses them through the port and knows none of their names.
 *
 *   smartHttp      any Git server over HTTP: our relay, GitHub
 *     gitRequests    one request: credentials, time limits, errors
 *     advertisement  refs and capabilities of the remote
 *     uploadPack     the negotiation of a fetch
 *     receivePack    the commands and the report of a push
 *     pktLine        a remote's packets and side bands
 */
export type { GitServer } from './gitRequests.ts';
export { smartHttp } from './smartHttp.ts';
