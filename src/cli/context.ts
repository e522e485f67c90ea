/** What a command is given: the machine, an engine that is closed afterwards, a signal that Ctrl-C fires. */
import type { CloudSyncEngine } from '../index.ts';
import type { Host } from '../platform/index.ts';
import type { OwnerClient, ProjectCalls } from '../rpc/index.ts';
import type { ProjectId } from '../shared/ids.ts';
import type { CallOptions, OnProgress } from '../shared/progress.ts';
import { UsageError } from './exit.ts';
import type { Answer, Output } from './output.ts';
import { progressBar } from './progressBar.ts';
import { isInteractive, type Terminal } from './terminal.ts';

/** What every command understands. */
export interface CommonOptions {
  /** The project's folder, or one inside it; the current folder unless given. */
  readonly project?: string;
  readonly json?: boolean;
}

export type Command<Options> = (
  options: Options & CommonOptions,
  context: CommandContext,
) => Promise<Answer | undefined>;

export interface ReachedProject {
  readonly engine: ProjectCalls;
  readonly projectId: ProjectId;
  /** The project's folder: a disk path. */
  readonly root: string;
}

export interface CommandContext {
  readonly output: Output;
  readonly signal: AbortSignal;
  /** A person sits at the terminal. */
  readonly interactive: boolean;
  /** Characters in a line of the terminal. */
  readonly width: number;
  /** For whatever takes long: stops at Ctrl-C, shows a bar on a terminal. */
  readonly call: Required<CallOptions>;
  host(): Promise<Host>;
  engine(): Promise<CloudSyncEngine>;
  /** @throws SyncError `NOT_A_PROJECT` */
  openProject(): Promise<{ readonly engine: CloudSyncEngine; readonly projectId: ProjectId }>;
  /**
   * The project through the process that owns it, where one runs and speaks our protocol; else with an engine of this
   * process's own, which takes turns with others. So does the rest of a command whose owner dies.
   * @throws SyncError `NOT_A_PROJECT`
   */
  reachProject(): Promise<ReachedProject>;
  /** Where the user is: `-C`, or the current folder. A disk path. */
  folder(): Promise<string>;
  /** @param typed relative to that folder, as the user typed it */
  pathFrom(typed: string): Promise<string>;
  /** Asks on the terminal; `undefined` where nobody can be asked. */
  ask(question: string, options?: { readonly secret?: boolean }): Promise<string | undefined>;
  /** All of standard input; nothing when that is a keyboard. */
  readInput(): Promise<string>;
  /**
   * Standard input and output as another program uses them: bytes.
   * @throws SyncError `INVALID_INPUT` where a person sits at the keyboard
   */
  pipe(): {
    readonly input: AsyncIterable<Uint8Array>;
    readonly write: (bytes: Uint8Array) => Promise<void>;
  };
  close(): Promise<void>;
}

export function makeContext(
  { project }: CommonOptions,
  terminal: Terminal,
  output: Output,
  signal: AbortSignal,
): CommandContext {
  let host: Promise<Host> | undefined;
  let engine: Promise<CloudSyncEngine> | undefined;
  let owner: OwnerClient | undefined;
  let bar: Awaited<ReturnType<typeof progressBar>> | undefined;
  let barLoading: Promise<unknown> | undefined;

  const platform = () => import('../platform/node/index.ts');
  const onProgress: OnProgress = (progress) => {
    if (output.json) return;
    if (bar) bar.onProgress(progress);
    else
      barLoading ??= progressBar(terminal).then((loaded) => {
        bar = loaded;
      });
  };
  const context: CommandContext = {
    output,
    signal,
    interactive: isInteractive(terminal),
    width: terminal.out.columns ?? 100,
    call: { signal, onProgress },
    host() {
      host ??= platform().then(({ nodeHost, localEnvironment }) =>
        nodeHost({ environment: localEnvironment(terminal.environment) }),
      );
      return host;
    },
    engine() {
      engine ??= (async () => {
        const [{ CloudSyncEngine }, machine, { configuredDrivers }] = await Promise.all([
          import('../index.ts'),
          context.host(),
          import('./mergeDrivers.ts'),
        ]);
        const mergeDrivers = await configuredDrivers(machine, await context.folder());
        const made = new CloudSyncEngine({ mergeDrivers }, machine);
        await made.initialize();
        return made;
      })();
      return engine;
    },
    async openProject() {
      const [opened, folder] = await Promise.all([context.engine(), context.folder()]);
      return { engine: opened, projectId: await opened.openProject(folder) };
    },
    async reachProject() {
      const [{ callsThrough, neighbourhoodOf, reachOwner }, folder, machine] = await Promise.all([
        import('../rpc/reach.ts'),
        context.folder(),
        context.host(),
      ]);
      const reached = await reachOwner(neighbourhoodOf(machine), folder);
      if (reached.owner !== 'reached') {
        if (reached.owner === 'other-version')
          output.note(
            `${reached.program} works on this project too, and is not of this version: taking turns.`,
          );
        const opened = await context.openProject();
        return { ...opened, root: opened.engine.placeOf(opened.projectId).path };
      }
      owner = reached.client;
      const alone = async () => (await context.openProject()).engine;
      return { engine: callsThrough(owner, alone), projectId: owner.projectId, root: reached.folder };
    },
    folder: async () => (await platform()).diskPath(project ?? '.'),
    async pathFrom(typed) {
      const [{ diskPath }, { resolve }] = await Promise.all([platform(), import('node:path')]);
      return diskPath(resolve(project ?? '.', typed));
    },
    async ask(question, { secret = false } = {}) {
      if (output.json || !context.interactive) return undefined;
      bar?.stop();
      const { askOn } = await import('./ask.ts');
      return await askOn(terminal, question, signal, secret);
    },
    async readInput() {
      if (terminal.input.isTTY) return '';
      let text = '';
      terminal.input.setEncoding('utf8');
      for await (const chunk of terminal.input) text += chunk;
      return text;
    },
    pipe() {
      const { input, writeBytes } = terminal;
      if (input.isTTY || !writeBytes) throw new UsageError('This command is for Git to run, not for people.');
      return { input, write: writeBytes };
    },
    async close() {
      await barLoading;
      bar?.stop();
      owner?.close();
      await (await engine?.catch(() => undefined))?.close();
    },
  };
  return context;
}
