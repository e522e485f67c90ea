import { i as partsFrom, n as clone, r as folderNameFor, t as arrivedText } from "./clone-BP80tDbm.js";

export { clone };