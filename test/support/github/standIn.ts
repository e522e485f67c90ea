/**
 * A GitHub of a test's own, at one address as GitHub Enterprise is: the REST API (below `/api/v3`) is emulate's, which
 * keeps a state, with what it leaves out; Git is stock git's; LFS is ours. Tokens and scopes are checked, answers have
 * ETags, and each call is held to GitHub's published description: what GitHub would not take fails the test.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../host.ts';
import { gitRequestOf } from '../serveGit.ts';
import { Accounts, type People } from './accounts.ts';
import { startEmulator } from './emulator.ts';
import { type MovedRef, serveHistory } from './history.ts';
import { LfsRepository } from './lfs.ts';
import { Members } from './members.ts';
import { DeviceLogins } from './people.ts';
import { type Recorded, recorded } from './recorded.ts';
import { answerRefs, withMergeability } from './refs.ts';
import { ReleaseAssets } from './releaseAssets.ts';
import { bytesOf, etagOf, jsonOf, send, tokenOf } from './wire.ts';

export type { Account } from './accounts.ts';

export interface Asked {
  readonly method: string;
  /** Of the API, below `/api/v3`; of Git, LFS and signing in, the whole path. */
  readonly path: string;
  readonly login: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
  /** The status that it was answered with. */
  status: number;
}

export interface Pushed {
  readonly owner: string;
  readonly repo: string;
  readonly login: string;
  readonly refs: readonly MovedRef[];
}

export interface GitHubStandIn {
  /** Its address: what `--endpoint`, or `GITHUB_SERVER_URL`, is. */
  readonly url: string;
  readonly api: string;
  readonly asked: readonly Asked[];
  /** Calls that GitHub would not take. */
  readonly faults: readonly string[];
  /** Answers a request instead of the stand-in, where it returns something. */
  answer: (asked: Omit<Asked, 'status'>) => Recorded | undefined;
  /** Breaks off the next upload to a release when so many bytes have come. */
  cutUpload: number | undefined;
  /** Takes nothing of uploads to a release: whoever sends one waits. */
  holdUpload: boolean;
  /** Files of releases of which GitHub has a half. */
  halfUploads(): number;
  readonly device: DeviceLogins;
  readonly onPush: Set<(pushed: Pushed) => void>;
  tokenOf(login: string): string;
  /** The bare repository: a folder. */
  repository(owner: string, repo: string): string;
  lfs(owner: string, repo: string): LfsRepository;
  /** A call of a test's own, as this person. */
  request(login: string, path: string, init?: { method?: string; json?: unknown }): Promise<Response>;
  close(): Promise<void>;
}

const open = new Set<GitHubStandIn>();

afterAll(async () => {
  const faults = [...open].flatMap((one) => one.faults);
  await Promise.all([...open].map((one) => one.close()));
  open.clear();
  expect(faults).toEqual([]);
});

const ACCEPTED: readonly (readonly [method: RegExp, path: RegExp, scope: string])[] = [
  [/POST/, /^\/user\/repos$|^\/orgs\/[^/]+\/repos$/, 'public_repo, repo'],
  [
    /POST|PUT|PATCH|DELETE/,
    /^\/repos\/[^/]+\/[^/]+\/hooks/,
    'admin:repo_hook, public_repo, repo, write:repo_hook',
  ],
  [/POST|PUT|PATCH|DELETE/, /^\/(repos\/|user\/repository_invitations)/, 'public_repo, repo'],
];

/** @param people by login, each with a token */
export async function startGitHub(
  people: People,
  { orgs = {} }: { readonly orgs?: Readonly<Record<string, readonly string[]>> } = {},
): Promise<GitHubStandIn> {
  const folder = temporaryFolder('github');
  const listener = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      // a client that went away in the middle is no fault of either
      if (!request.destroyed && !response.destroyed)
        standIn.faults.push(String(error instanceof Error ? error.stack : error));
      response.destroy();
    });
  });
  listener.keepAliveTimeout = 65_000;
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`; // listening on TCP
  const api = `${origin}/api/v3`;
  const emulator = await startEmulator(api, people, orgs);
  const accounts = new Accounts(people, orgs, emulator.url);
  const members = new Members(accounts, origin);
  const stores = new Map<string, LfsRepository>();
  const files = new ReleaseAssets(origin);
  const begun = new Set<string>();

  const standIn = {
    url: origin,
    api,
    asked: [] as Asked[],
    faults: [] as string[],
    answer: (() => undefined) as GitHubStandIn['answer'],
    cutUpload: undefined as number | undefined,
    holdUpload: false,
    halfUploads: () => files.halves,
    device: new DeviceLogins(),
    onPush: new Set<(pushed: Pushed) => void>(),
    tokenOf: accounts.tokenOf,
    repository(owner: string, repo: string) {
      const path = join(folder, 'git', owner.toLowerCase(), `${repo.toLowerCase()}.git`);
      if (!existsSync(path)) {
        mkdirSync(dirname(path), { recursive: true });
        execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', path]);
      }
      return path;
    },
    lfs(owner: string, repo: string) {
      const name = `${owner}/${repo}`.toLowerCase();
      const store =
        stores.get(name) ?? new LfsRepository(join(folder, 'lfs', name), `${origin}/_storage/${name}`);
      stores.set(name, store);
      return store;
    },
    request: (login: string, path: string, init: { method?: string; json?: unknown } = {}) =>
      fetch(`${api}${path}`, {
        method: init.method ?? 'GET',
        headers: { authorization: `Bearer ${accounts.tokenOf(login)}`, 'content-type': 'application/json' },
        ...(init.json !== undefined && { body: JSON.stringify(init.json) }),
      }),
    async close() {
      open.delete(standIn);
      emulator.stop();
      listener.closeAllConnections();
      await new Promise<void>((done) => listener.close(() => done()));
    },
  };
  open.add(standIn);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    const stored = /^\/_storage\/([^/]+)\/([^/]+)\/([0-9a-f]{64})$/.exec(url.pathname);
    const token = tokenOf(request.headers.authorization);
    const login = accounts.loginOf(token);
    const isApi = url.pathname.startsWith('/api/v3');
    const path = isApi ? url.pathname.slice('/api/v3'.length) : url.pathname;
    const gitAsked = isApi ? undefined : gitRequestOf(request.url ?? '/');
    const isStream = stored !== null || gitAsked !== undefined || isUpload(path);
    const raw = isStream ? undefined : await bytesOf(request);
    const asked: Asked = {
      method: request.method ?? 'GET',
      path,
      login,
      headers: request.headers,
      body: raw && jsonOf(raw),
      status: 0,
    };
    standIn.asked.push(asked);
    response.on('finish', () => {
      asked.status = response.statusCode;
    });

    const instead = standIn.answer(asked);
    if (instead) {
      request.resume();
      response
        .writeHead(instead.status, {
          'content-type': path.includes('/info/lfs') ? 'application/vnd.git-lfs+json' : 'application/json',
          ...instead.headers,
        })
        .end(JSON.stringify(instead.body));
      return;
    }
    const [, owner = '', repo = '', oid = ''] = stored ?? [];
    if (stored)
      return await standIn
        .lfs(owner, repo)
        .transfer(oid, url.searchParams.get('ticket') ?? '', request, response);
    if (path.startsWith('/login/'))
      return send(response, 200, standIn.device.answer(path, asked.body, origin));
    if (token !== undefined && login === undefined) {
      if (path.includes('/info/lfs'))
        return LfsRepository.send(response, { status: 401, body: { message: 'Bad credentials' } });
      return send(response, 401, recorded.badCredentials.body, {
        'www-authenticate': 'Basic realm="GitHub"',
      });
    }
    if (gitAsked) return await serveRepository(gitAsked, login, request, response);
    const lfs = /^\/([^/]+)\/([^/]+?)\.git\/info\/lfs(\/.*)$/.exec(path);
    if (lfs) return await serveAssets(lfs, url, asked, response);
    if (path.includes('/releases/download/')) return await serveDownload(path, response);
    if (!isApi) return send(response, 404, { message: 'Not Found' });
    await serveApi(url, path, asked, raw, request, response);
  }

  async function serveRepository(
    gitAsked: NonNullable<ReturnType<typeof gitRequestOf>>,
    login: string | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const [, owner = '', repo = ''] = /^\/([^/]+)\/([^/]+?)(?:\.git)?$/.exec(gitAsked.path) ?? [];
    const who = await accounts.visitor(login, owner, repo);
    const refs = await serveHistory(gitAsked, standIn.repository(owner, repo), who, login, request, response);
    if (refs.length === 0) return;
    await haveCommits(`${owner}/${repo}`, login);
    for (const listen of standIn.onPush) listen({ owner, repo, login: login ?? '', refs });
  }

  /** Emulate makes pull requests only of what it takes for a repository with commits: it gets one of its own. */
  async function haveCommits(fullName: string, login: string | undefined): Promise<void> {
    if (begun.has(fullName)) return;
    begun.add(fullName);
    await accounts.ask(login, `/repos/${fullName}/contents/begun`, {
      method: 'PUT',
      json: { message: 'Begin', content: '' },
    });
  }

  async function serveAssets(
    [, owner = '', repo = '', path = '']: RegExpExecArray,
    { searchParams }: URL,
    { login, method, body }: Asked,
    response: ServerResponse,
  ): Promise<void> {
    const who = await accounts.visitor(login, owner, repo);
    if (!who)
      return LfsRepository.send(response, {
        status: login === undefined ? 401 : 404,
        body: { message: login === undefined ? 'Credentials needed' : 'Not Found' },
      });
    const json = (body ?? {}) as Record<string, unknown>; // looked at field by field
    LfsRepository.send(response, standIn.lfs(owner, repo).answer(method, path, searchParams, json, who));
  }

  async function serveApi(
    url: URL,
    path: string,
    asked: Asked,
    raw: Buffer | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { method, login, body } = asked;
    const scopes = login === undefined ? undefined : (people[login]?.scopes ?? ['repo']);
    const accepted = ACCEPTED.find(([verb, place]) => verb.test(method) && place.test(path))?.[2];
    const headers: Record<string, string> = {
      ...(scopes && { 'x-oauth-scopes': scopes.join(', '), 'x-accepted-oauth-scopes': accepted ?? '' }),
    };
    standIn.faults.push(
      ...(await emulator.faults({
        method,
        path,
        query: Object.fromEntries(url.searchParams),
        body,
        headers: request.headers,
      })),
    );
    if (login === undefined && method !== 'GET')
      return send(response, 401, { message: 'Requires authentication' }, headers);
    if (scopes && accepted && !accepted.split(', ').some((scope) => scopes.includes(scope)))
      return send(response, 404, { message: 'Not Found' }, headers);

    if (method === 'POST' && isUpload(path)) return await takeUpload(url, path, login, request, response);
    const ofRelease = files.answer(method, path);
    if (ofRelease) return send(response, ofRelease.status, ofRelease.body, headers);
    const own = (await members.answer(asked)) ?? answerRefs(method, path, standIn.repository);
    if (own) {
      if (method === 'GET') headers.etag = etagOf(JSON.stringify(own.body));
      if (headers.etag !== undefined && request.headers['if-none-match'] === headers.etag)
        return send(response, 304, undefined, headers);
      return send(response, own.status, own.body, headers);
    }
    const forwarded = await fetch(`${emulator.url}${path}${url.search}`, {
      method,
      headers: forwardedHeaders(request, accounts.tokenOf(login)),
      redirect: 'manual',
      ...(method !== 'GET' && { body: new Uint8Array(raw ?? (await bytesOf(request))) }),
    });
    // what someone may not see is not there
    const [, owner = '', repo = ''] = /^\/repos\/([^/]+)\/([^/]+)/.exec(path) ?? [];
    if (forwarded.status === 403 && owner && !(await accounts.visitor(login, owner, repo)))
      return send(response, 404, { message: 'Not Found' }, headers);
    const said = Buffer.from(await forwarded.arrayBuffer());
    const merged = forwarded.ok && method === 'GET' ? withMergeability(path, said, standIn.repository) : said;
    const bytes =
      forwarded.ok && merged.length > 0 && /^\/repos\/[^/]+\/[^/]+\/releases\b/.test(path)
        ? Buffer.from(JSON.stringify(files.completed(JSON.parse(merged.toString()))))
        : merged;
    for (const name of ['content-type', 'link', 'location', 'content-disposition'])
      headers[name] = forwarded.headers.get(name) ?? '';
    for (const [name, value] of forwarded.headers) if (name.startsWith('x-ratelimit')) headers[name] = value;
    for (const [name, value] of Object.entries(headers))
      if (value === '' && !name.startsWith('x-')) delete headers[name];
    if (method === 'GET' && forwarded.status === 200) {
      headers.etag = etagOf(bytes);
      if (request.headers['if-none-match'] === headers.etag) {
        response.writeHead(304, headers).end();
        return;
      }
    }
    response.writeHead(forwarded.status, headers).end(bytes);
  }

  async function takeUpload(
    url: URL,
    path: string,
    login: string | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const [, owner = '', repo = '', id] = /^\/repos\/([^/]+)\/([^/]+)\/releases\/(\d+)/.exec(path) ?? [];
    if (!(await accounts.visitor(login, owner, repo))?.mayWrite) {
      request.resume();
      return send(response, 404, { message: 'Not Found' });
    }
    const { cutUpload: cut } = standIn;
    // when the request is done, it has none any more
    const { socket } = request;
    standIn.cutUpload = undefined;
    const reply = await files.upload(`${owner}/${repo}`, Number(id), url.searchParams, request, {
      cut,
      hold: standIn.holdUpload,
    });
    if (reply === 'cut') socket.destroy();
    else send(response, reply.status, reply.body);
  }

  /** To everyone, once the release is out. */
  async function serveDownload(path: string, response: ServerResponse): Promise<void> {
    const [, owner = '', repo = ''] = path.split('/');
    const answer = await standIn.request(accounts.adminOf(owner), `/repos/${owner}/${repo}/releases`);
    const releases = answer.ok ? ((await answer.json()) as { id: number; draft: boolean }[]) : []; // what emulate says
    const bytes = files.download(path, (_, release) =>
      releases.some(({ id, draft }) => id === release && !draft),
    );
    response.writeHead(bytes ? 200 : 404).end(bytes ?? '');
  }

  return standIn;
}

function forwardedHeaders({ headers }: IncomingMessage, token: string): Record<string, string> {
  const sent: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  for (const name of ['content-type', 'accept'])
    if (headers[name] !== undefined) sent[name] = String(headers[name]);
  return sent;
}

const isUpload = (path: string) => /^\/repos\/[^/]+\/[^/]+\/releases\/\d+\/assets$/.test(path);
