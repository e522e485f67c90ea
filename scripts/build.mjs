/**
 * Compiles the sources to `build`, a module each, for tests and benches that look inside; and makes `dist` of them, what
 * is shipped: declarations, and what runs as few files. Three hundred modules take Node 170 ms to load, ten take 50, at
 * every command: so rolldown joins them, with the small pure libraries that they use. Their licences go along.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const build = join(root, 'build');
const dist = join(root, 'dist');
const { exports, bin, dependencies, optionalDependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);

/** Joined with our own modules. The rest is loaded when it is needed, or has native parts. */
const JOINED = ['commander', 'node-diff3', 'picomatch', 'zod'];
const TESTING = 'testing/index';

const entries = [...Object.values(exports), ...Object.values(bin)]
  .map((target) => target.default ?? target)
  .filter((path) => /^(\.\/)?dist\/.*\.js$/.test(path))
  .map((path) => path.replace(/^(\.\/)?dist\/(.*)\.js$/, '$2'));

for (const folder of [build, dist]) rmSync(folder, { recursive: true, force: true });
compile('tsconfig.json');
const isJoined = (path) => statSync(path).isFile() && path.endsWith('.js');
cpSync(build, dist, { recursive: true, filter: (path) => !isJoined(path) });
declareTesting();

const external = Object.keys({ ...dependencies, ...optionalDependencies }).filter(
  (name) => !JOINED.includes(name),
);
/** The suites of the ports stand with the tests: nothing else that is shipped does. */
const sourceOf = (name) =>
  name === TESTING ? join(root, 'test', 'conformance', 'index.ts') : join(build, `${name}.js`);
const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries(entries.map((name) => [name, sourceOf(name)])),
  platform: 'node',
  external: [/^node:/, 'electron', ...external, ...external.map((name) => new RegExp(`^${name}/`))],
});
const { output } = await bundle.write({
  dir: dist,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
});
await bundle.close();

// a thread begins with a program of its own, and soon, in one file
const thread = await rolldown({ input: join(build, 'platform/node/beside/program.js'), platform: 'node' });
await thread.write({ file: join(dist, 'platform/fileThread.js'), format: 'esm' });
await thread.close();

/** The folder of a library in node_modules that a joined module comes from. */
const libraryOf = (id) => /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(id)?.[1];
const libraries = new Set(
  output
    .flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))
    .flatMap((id) => libraryOf(id) ?? []),
);
const notices = [...libraries].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} has no licence file to hand on.`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
});
writeFileSync(join(dist, 'licences.txt'), notices.join(`\n${'-'.repeat(80)}\n\n`));
for (const name of entries)
  if (!existsSync(join(dist, `${name}.js`))) throw new Error(`dist/${name}.js was not built.`);

function compile(config) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', config], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** The suites speak of the ports, whose declarations lie one folder up there, and two here. */
function declareTesting() {
  compile('test/conformance/tsconfig.json');
  const made = join(build, 'conformance', 'test', 'conformance');
  mkdirSync(join(dist, 'testing'));
  for (const name of readdirSync(made))
    writeFileSync(
      join(dist, 'testing', name),
      readFileSync(join(made, name), 'utf8').replaceAll("'../../src/", "'../"),
    );
  rmSync(join(build, 'conformance'), { recursive: true });
}
