/**
 * `npm start [-- PATH] [--once] [--keep]`: the main job, shown by itself. A relay, two working copies of a sample mod
 * (or of a copy of the folder PATH, which is only read), edits on either side that arrive on the other, timed. Then
 * it stays up, until Ctrl-C ends everything. `--once` (and CI) ends after the show; `--keep` keeps the folders.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs, stripVTControlCharacters, styleText } from 'node:util';
import { root, setUp } from './setup.mjs';
import { editsFor, showEdit } from './start/edits.mjs';
import { compareFolders, copyProject, writeSample } from './start/projectFolder.mjs';
import { Failed, failedEarly, Stage } from './start/stage.mjs';

const { values, positionals } = readArguments();
if (positionals[0] !== undefined && !existsSync(positionals[0])) {
  console.error(`There is no folder ${positionals[0]}.`);
  process.exit(2);
}
const once = values.once ?? (Boolean(process.env.CI) && !process.stdout.isTTY);

setUp();

const cli = join(root, 'dist', 'cli', 'main.js');
const dist = pathToFileURL(join(root, 'dist', '/'));
const stage = new Stage(cli);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  });

/** Prints what happens, once the show is over and people try things. */
let live = false;
let exitCode = 0;
try {
  await untilStopped(show());
} catch (error) {
  // a watcher that died stops us too, and is a failure; Ctrl-C is not
  if (!stop.signal.aborted || error instanceof Failed) {
    exitCode = 1;
    console.error(`\n${paint('red', 'Failed:')} ${error instanceof Failed ? error.message : error.stack}`);
  }
}
if (!once && exitCode === 0) console.log('\nEnding …');
await stage.close({ keep: values.keep });
if (values.keep) console.log(`Kept: ${stage.folder}`);
process.exit(exitCode);

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { once: { type: 'boolean' }, keep: { type: 'boolean' } },
    });
  } catch (error) {
    console.error(`${error.message}\nUsage: npm start [-- PATH] [--once] [--keep]`);
    process.exit(2);
  }
}

async function show() {
  console.log(paint('bold', '\nmodsync: two modders, one mod, in sync through a relay\n'));
  const { alice, bob } = await setTheStage();
  const took = [];
  for (const edit of await editsFor(alice.folder, dist)) {
    const [from, to] = edit.who === 'Alice' ? [alice, bob] : [bob, alice];
    const ms = await showEdit(edit, from, to, stop.signal);
    took.push(ms);
    row(`${edit.who} ${edit.what}`, edit.path, `${paint('green', `${Math.round(ms)} ms`)} → ${to.name}`);
  }
  took.sort((a, b) => a - b);
  row('', '', `${Math.round(took[took.length >> 1])} ms in the median`);

  // the last edit has arrived; give the sender the moment it needs to note that it was sent
  await Promise.all([alice.modsync('sync', '-C', alice.folder), bob.modsync('sync', '-C', bob.folder)]);
  const { different, files, bytes } = compareFolders(alice.folder, bob.folder);
  if (different.length > 0) throw new Failed(`The folders differ: ${different.slice(0, 10).join(', ')}`);
  console.log(`\n${paint('green', '✓')} Both folders are equal: ${files} files, ${megabytes(bytes)}.`);
  showGit(alice);
  if (once) return;
  sayWhatNext(alice, bob);
  live = true;
  await new Promise(() => undefined);
}

async function setTheStage() {
  const [alice, bob] = [stage.person('Alice'), stage.person('Bob')];
  const step = stopwatch();
  const relay = await stage.relay();
  row('A relay', relay.url, step());

  mkdirSync(alice.folder);
  if (positionals[0] === undefined) await writeSample(alice.folder, dist);
  else copyProject(positionals[0], alice.folder);
  await alice.modsync('login', relay.url, '--token', relay.ownerToken);
  step();
  const plan = await alice.modsync('init', alice.folder, '--relay', relay.url, '--dry-run');
  await alice.modsync('init', alice.folder, '--relay', relay.url, '--yes');
  const { inGit, asAssets } = plan;
  row(
    'Alice makes a project',
    `${inGit.files} files in Git (${megabytes(inGit.bytes)}), ${asAssets.files} as assets (${megabytes(asAssets.bytes)})`,
    step(),
  );
  const { inviteCode } = await alice.modsync('share', '-C', alice.folder);
  await bob.modsync('join', inviteCode, bob.folder);
  row('Bob joins by invite', bob.folder, step());

  await Promise.all([alice, bob].map(beginToWatch));
  row('Both watch', 'modsync watch', step());
  console.log('');
  return { alice, bob };
}

function beginToWatch(person) {
  return new Promise((resolve, reject) => {
    const { ended } = person.watch(person.folder, (event) => {
      if (event.type === 'online') resolve();
      if (live) tell(person, event);
    });
    ended.then(failedEarly).catch((error) => {
      if (!stop.signal.aborted) stop.abort(error);
      reject(error);
    });
  });
}

function tell({ name }, event) {
  const names = (paths) =>
    paths
      .slice(0, 3)
      .map(({ path }) => path)
      .join(', ') + (paths.length > 3 ? ', …' : '');
  if (event.type === 'error') console.log(`  ${name}: ${event.error.message}`);
  if (event.type !== 'synced') return;
  const { sent, received, conflicts } = event.result;
  if (sent.length > 0) console.log(`  ${paint('green', '↑')} ${name} sent ${names(sent)}`);
  if (received.length > 0) console.log(`  ${paint('cyan', '↓')} ${name} received ${names(received)}`);
  if (conflicts.length > 0)
    console.log(`  ${paint('yellow', '!')} ${name} has a conflict: ${names(conflicts)}`);
}

function showGit({ folder, env }) {
  const git = (...args) =>
    spawnSync('git', ['-C', folder, ...args], { env, encoding: 'utf8', windowsHide: true });
  const log = git('log', '--oneline', '-n', '8', '--format=%h %<(8)%an %s');
  if (log.error)
    return console.log('  Stock git is not installed here, and nothing above needed it but the relay.');
  if (log.status !== 0) throw new Failed(`Stock git does not read the project: ${log.stderr}`);
  const changed = git('status', '--porcelain').stdout.trim();
  console.log(
    `${changed ? paint('yellow', '!') : paint('green', '✓')} Stock git ${changed ? `sees changes: ${changed}` : 'sees a clean copy'}; its log:\n`,
  );
  for (const line of log.stdout.trimEnd().split('\n')) console.log(`    ${line}`);
}

function sayWhatNext(alice, bob) {
  const command = (person, words) => {
    const call = `"${process.execPath}" "${cli}" -C "${person.folder}" ${words}`;
    return process.platform === 'win32'
      ? `$env:MODSYNC_HOME="${person.home}"; & ${call}`
      : `MODSYNC_HOME="${person.home}" ${call}`;
  };
  console.log(`
${paint('bold', 'Try it yourself.')} Both copies keep watching; change anything in one and look at the other:

    ${alice.folder}
    ${bob.folder}

  ${command(alice, 'history')}
  ${command(bob, 'status')}
  git -C "${alice.folder}" log --stat

With a mod of yours (a copy of it; the folder itself is only read):  npm start -- PATH

Ctrl-C ends it${values.keep ? '' : ' and removes both copies'}. What happens meanwhile:
`);
}

/** Ends early when someone stops us, or when a watcher dies. */
function untilStopped(work) {
  const stopped = new Promise((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason), { once: true });
  });
  return Promise.race([work, stopped]);
}

function row(what, detail, result) {
  const pad = (text, width) => text + ' '.repeat(Math.max(0, width - stripVTControlCharacters(text).length));
  const short = detail.length > 58 ? `…${detail.slice(-57)}` : detail;
  console.log(`  ${pad(what, 26)}  ${paint('dim', pad(short, 58))}  ${result}`);
}

function stopwatch() {
  let at = performance.now();
  return () => {
    const ms = performance.now() - at;
    at += ms;
    return `${(ms / 1000).toFixed(1)} s`;
  };
}

function megabytes(bytes) {
  return bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function paint(colour, text) {
  return process.stdout.isTTY && !process.env.NO_COLOR ? styleText(colour, text) : text;
}
