import { n as partsText, t as assets } from "./assets-DTddVK9U.js";

export { assets };