import { a as answerOf, o as sync } from "./conflicts-B1ZxSGuk.js";

export { sync };