/** A relay of a test's own, with people in it, closed when the test file ends. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Relay, type RelayOptions, startRelay } from '../../src/relay/index.ts';
import type { ProjectId } from '../../src/shared/ids.ts';
import { parseProjectId } from '../../src/shared/ids.ts';
import type { InviteInfo, ProjectInfo } from '../../src/shared/wire/relay.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { temporaryFolder } from './host.ts';

export interface TestRelay {
  readonly relay: Relay;
  readonly url: string;
  readonly dataDir: string;
  readonly ownerToken: string;
  /** A project of the owner's; its id is made from the name, and is unique. */
  createProject(name: string): Promise<ProjectInfo & { readonly projectId: ProjectId }>;
  /** The token of a new person, let in by an invite. */
  join(projectId: string, name: string): Promise<string>;
  /** A request with a token; the body is sent as JSON. */
  request(path: string, options?: TestRequest): Promise<Response>;
  /** Stops it and starts it again on the same data folder. The URL changes. */
  restart(options?: Partial<RelayOptions>): Promise<TestRelay>;
}

export interface TestRequest {
  readonly method?: string;
  readonly token?: string | undefined;
  readonly json?: unknown;
  readonly body?: BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
}

const open = new Set<Relay>();

afterAll(async () => {
  await Promise.all([...open].map((relay) => relay.close()));
  open.clear();
});

export async function startTestRelay(options: Partial<RelayOptions> = {}): Promise<TestRelay> {
  const dataDir = options.dataDir ?? temporaryFolder('relay');
  return start({ log: 'silent', ...options, dataDir });
}

async function start(options: RelayOptions, knownToken?: string): Promise<TestRelay> {
  const relay = await startRelay(options);
  open.add(relay);
  const ownerToken = relay.ownerToken ?? knownToken;
  if (ownerToken === undefined) throw new Error('The data folder already had an owner.');

  const request = (path: string, { method = 'GET', token, json, body, headers = {} }: TestRequest = {}) =>
    fetch(new URL(path, relay.url), {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(body === undefined ? {} : { body }),
    });
  const data = async <T>(answer: Response): Promise<T> => {
    const read = (await answer.json()) as { success: boolean; data: T };
    if (!read.success) throw new Error(`${answer.status}: ${JSON.stringify(read)}`);
    return read.data;
  };

  return {
    relay,
    url: relay.url,
    dataDir: options.dataDir,
    ownerToken,
    request,
    createProject: async (name) => {
      const words = name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .slice(0, 40);
      const projectId = parseProjectId(`${words}-${randomUUID().slice(0, 8)}`.replace(/^-+/, ''));
      const json = { projectId, name };
      const made = await request(relayRoutes.projects, { method: 'POST', token: ownerToken, json });
      return { ...(await data<ProjectInfo>(made)), projectId };
    },
    join: async (projectId, name) => {
      const invite = await request(relayRoutes.invites(projectId), { method: 'POST', token: ownerToken });
      const { code } = await data<InviteInfo>(invite);
      const joined = await request(relayRoutes.acceptInvite, { method: 'POST', json: { code, name } });
      return (await data<{ token: string }>(joined)).token;
    },
    restart: async (changed = {}) => {
      await relay.close();
      open.delete(relay);
      return start({ ...options, ...changed }, ownerToken);
    },
  };
}

export interface GitRun {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

export interface GitClone {
  readonly path: string;
  /** Runs git here. Fails the test when git fails. */
  git(...args: string[]): Promise<string>;
  /** Runs git here, however it ends. */
  tryGit(...args: string[]): Promise<GitRun>;
  write(path: string, content: string | Uint8Array): Promise<void>;
}

/** A stock git of a test's own: no configuration of the machine, no prompt, git-lfs on. */
export async function gitFolder(path: string, environment: Record<string, string> = {}): Promise<GitClone> {
  await mkdir(path, { recursive: true });
  const home = temporaryFolder('git-home');
  await writeFile(
    join(home, '.gitconfig'),
    `[user]
name = Test
email = test@example.org
[init]
defaultBranch = main
[protocol]
version = 2
[filter "lfs"]
clean = git-lfs clean -- %f
smudge = git-lfs smudge -- %f
process = git-lfs filter-process
required = true
`,
  );
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    LC_ALL: 'C.UTF-8',
    ...environment,
  };
  const tryGit = (...args: string[]): Promise<GitRun> =>
    new Promise((resolve, reject) => {
      const child = spawn('git', args, { cwd: path, env, stdio: ['ignore', 'pipe', 'pipe'] });
      let out = '';
      let error = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        error += text;
      });
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, out, error }));
    });
  return {
    path,
    tryGit,
    git: async (...args) => {
      const { code, out, error } = await tryGit(...args);
      if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}: ${error}`);
      return out.trim();
    },
    write: async (name, content) => {
      const file = join(path, name);
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, content);
    },
  };
}

/** `https://user:TOKEN@host/project.git`, as people put credentials into a URL. */
export function gitUrlWith(gitUrl: string, token: string): string {
  const url = new URL(gitUrl);
  url.username = 'anyone';
  url.password = token;
  return url.href;
}

export async function cloneWith(
  gitUrl: string,
  token: string,
  path = temporaryFolder('clone'),
): Promise<GitClone> {
  const folder = await gitFolder(path);
  await folder.git('clone', '--quiet', gitUrlWith(gitUrl, token), '.');
  return folder;
}
