/**
 * What Electron gives a sandboxed preload, in a page of a plain Chromium: what it sends passes Chromium's own structured
 * clone, on its way to the test's main process and back.
 */
const toMain = new MessageChannel();
const fromMain = new MessageChannel();
const waiting = new Map();
const listeners = new Set();
let calls = 0;

/** As a list of nodes, so that cycles and what JSON does not know arrive as they are. */
function encode(value) {
  const nodes = [];
  const seen = new Map();
  const add = (one) => {
    if (typeof one === 'object' && one !== null && seen.has(one)) return seen.get(one);
    const at = nodes.push(null) - 1;
    if (typeof one === 'object' && one !== null) seen.set(one, at);
    if (one === undefined) nodes[at] = ['undefined'];
    else if (typeof one === 'bigint' || (typeof one === 'number' && !Number.isFinite(one)))
      nodes[at] = [typeof one, String(one)];
    else if (typeof one !== 'object' || one === null) nodes[at] = ['plain', one];
    else if (Array.isArray(one)) nodes[at] = ['array', one.map(add)];
    else if (one instanceof Map) nodes[at] = ['map', [...one].map(add)];
    else if (one instanceof Date) nodes[at] = ['date', Number(one)];
    else if (one instanceof Uint8Array) nodes[at] = ['bytes', [...one]];
    else nodes[at] = ['object', Object.entries(one).map(([key, each]) => [key, add(each)])];
    return at;
  };
  add(value);
  return JSON.stringify(nodes);
}

// the other end of each channel stands for the main process
toMain.port2.onmessage = ({ data }) => globalThis.callMain(encode(data));
globalThis.answerWindow = (id, answer) => fromMain.port2.postMessage({ id, answer });
globalThis.tellWindow = (channel, event) => fromMain.port2.postMessage({ channel, event });
fromMain.port1.onmessage = ({ data: { id, answer, channel, event } }) => {
  if (id === undefined) for (const each of listeners) if (each.channel === channel) each.hear({}, event);
  waiting.get(id)?.(answer);
  waiting.delete(id);
};

const electron = {
  ipcRenderer: {
    invoke: async (channel, ...args) => {
      const id = ++calls;
      toMain.port1.postMessage({ id, channel, args });
      return await new Promise((resolve) => waiting.set(id, resolve));
    },
    on: (channel, hear) => listeners.add({ channel, hear }),
    off: (channel, hear) => {
      for (const each of listeners)
        if (each.channel === channel && each.hear === hear) listeners.delete(each);
    },
  },
  contextBridge: {
    exposeInMainWorld: (key, api) => {
      if (key in globalThis) throw new Error('Cannot bind an API on top of an existing property');
      globalThis[key] = api;
    },
  },
};

globalThis.runPreload = (source) => {
  const load = (name) => {
    if (name === 'electron') return electron;
    throw new Error(`module not found: ${name}`);
  };
  // the names that Electron gives a sandboxed preload, and no others
  new Function('require', 'exports', 'module', 'process', source)(load, {}, {}, { type: 'renderer' });
};
