import { i as resolve, r as namedConflicts } from "./conflicts-B1ZxSGuk.js";

export { resolve };