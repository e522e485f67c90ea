import { c as status, l as statusAnswer, s as changeLines } from "./conflicts-B1ZxSGuk.js";

export { status };