/** A real Chromium, headless, for tests of what runs in windows: skipped, and named as such, where it is not installed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const program = process.env.CHROMIUM ?? 'chromium';

export const haveChromium = spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

export function describeChromium(name: string, body: () => void): void {
  if (haveChromium) describe(name, body);
  else describe.skip(`${name} (skipped: chromium is not installed)`, body);
}

type Params = Readonly<Record<string, unknown>>;
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: Params;
  readonly error?: { readonly message: string };
}

/** One page. Source of the protocol: https://chromedevtools.github.io/devtools-protocol/ */
export interface Page {
  /** The value of an expression there, awaited; what it throws, it throws here. */
  evaluate(expression: string): Promise<unknown>;
  /** Makes a function of the page's that hands a text over to `hear`. */
  bind(name: string, hear: (text: string) => void): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  /** Everything that it writes is in there, and goes with it. */
  readonly folder: string;
  readonly send: ReturnType<typeof speak>['send'];
}
const running: Running[] = [];

afterAll(async () => {
  for (const { child, folder, send } of running) {
    const ended = once(child, 'close');
    // asked, and not killed: it ends its own processes first, which would go on to write
    void send('Browser.close', {});
    const impatient = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(impatient);
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
});

/** @param url what the page shows */
export async function openPage(url: string): Promise<Page> {
  const folder = mkdtempSync(join(tmpdir(), 'modsync-chromium-'));
  const words = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
    '--remote-debugging-pipe',
    `--user-data-dir=${folder}`,
    'about:blank',
  ];
  const child = spawn(program, words, {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: folder },
  });
  const { send, on } = speak(child.stdio[3] as Writable, child.stdio[4] as Readable); // both are pipes
  running.push({ child, folder, send });
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const inPage = (method: string, params: Params = {}) => send(method, params, String(sessionId));
  await inPage('Page.enable');
  await inPage('Runtime.enable');
  const loaded = new Promise<void>((resolve) => on('Page.loadEventFired', () => resolve()));
  await inPage('Page.navigate', { url });
  await loaded;
  return {
    evaluate: async (expression) => {
      const answer = await inPage('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
      });
      const { result, exceptionDetails } = answer as {
        result?: { value?: unknown };
        exceptionDetails?: { text: string; exception?: { description?: string } };
      };
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result?.value;
    },
    bind: async (name, hear) => {
      on('Runtime.bindingCalled', (params) => {
        if (params.name === name) hear(String(params.payload));
      });
      await inPage('Runtime.addBinding', { name });
    },
  };
}

/** Messages are JSON, each with a zero byte after it. */
function speak(output: Writable, input: Readable) {
  const pending = new Map<number, (message: Message) => void>();
  const listeners: { readonly method: string; readonly hear: (params: Params) => void }[] = [];
  let last = 0;
  let text = '';
  input.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (let end = text.indexOf('\0'); end >= 0; end = text.indexOf('\0')) {
      const message = JSON.parse(text.slice(0, end)) as Message;
      text = text.slice(end + 1);
      if (message.id !== undefined) pending.get(message.id)?.(message);
      else
        for (const { method, hear } of listeners) if (method === message.method) hear(message.params ?? {});
    }
  });
  return {
    on: (method: string, hear: (params: Params) => void) => void listeners.push({ method, hear }),
    send: (method: string, params: Params, sessionId?: string): Promise<Params> =>
      new Promise((resolve, reject) => {
        const id = ++last;
        pending.set(id, ({ result, error }) => {
          pending.delete(id);
          if (error) reject(new Error(`${method}: ${error.message}`));
          else resolve(result ?? {});
        });
        output.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      }),
  };
}
