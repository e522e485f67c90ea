import { n as conflicts, t as conflictLines } from "./conflicts-B1ZxSGuk.js";

export { conflicts };