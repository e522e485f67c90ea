import { n as findProgram, r as localEnvironment, t as nodeHost } from "../../chunks/node-BeDrjqbm.js";
import { n as diskPath } from "../../chunks/localSockets-DXGbsRhs.js";

export { diskPath, findProgram, localEnvironment, nodeHost };