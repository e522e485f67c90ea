/**
 * A GitHub of a test's own, at one address as GitHub Enterprise is: the REST API (below `/api/v3`) is emulate's, which
 * keeps a state, with what it leaves out; Git is stock git's; LFS is ours. Tokens and scopes are checked, answers have
 * ETags, and each call is held to GitHub's published description: what GitHub would not take fails the test.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { git } from '../gitRepository.ts';
import { temporaryFolder } from '../host.ts';
import { gitRequestOf, serveGit } from '../serveGit.ts';
import { startEmulator } from './emulator.ts';
import { LfsRepository, type Visitor } from './lfs.ts';
import { DeviceLogins, Invitations } from './people.ts';
import { type Recorded, recorded } from './recorded.ts';
import { answerRefs, withMergeability } from './refs.ts';
import { ReleaseAssets } from './releaseAssets.ts';

export interface Account {
  readonly token: string;
  /** Of a classic token; `repo` unless given. `undefined` in `x-oauth-scopes`' place: a fine-grained one. */
  readonly scopes?: readonly string[];
}

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
  /** The refs that moved. */
  readonly refs: readonly { readonly ref: string; readonly before: string; readonly after: string }[];
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
  people: Readonly<Record<string, Account>>,
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
  const invitations = new Invitations();
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
    device: new DeviceLogins(),
    onPush: new Set<(pushed: Pushed) => void>(),
    tokenOf: (login: string) => people[login]?.token ?? '',
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
        headers: { authorization: `Bearer ${people[login]?.token}`, 'content-type': 'application/json' },
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
    const login = Object.entries(people).find(([, account]) => account.token === token)?.[0];
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
    if (path.startsWith('/login/')) return send(response, 200, signIn(path, asked.body));
    if (token !== undefined && login === undefined) {
      if (path.includes('/info/lfs'))
        return LfsRepository.send(response, { status: 401, body: { message: 'Bad credentials' } });
      return send(response, 401, recorded.badCredentials.body, {
        'www-authenticate': 'Basic realm="GitHub"',
      });
    }
    if (gitAsked) return await serveHistory(gitAsked, login, request, response);
    const lfs = /^\/([^/]+)\/([^/]+?)\.git\/info\/lfs(\/.*)$/.exec(path);
    if (lfs) return await serveAssets(lfs, url, asked, response);
    if (path.includes('/releases/download/')) return await serveDownload(path, response);
    if (!isApi) return send(response, 404, { message: 'Not Found' });
    await serveApi(url, path, asked, raw, request, response);
  }

  /** @returns what this person may do there; `undefined`: for them, it does not exist */
  async function visitor(
    login: string | undefined,
    owner: string,
    repo: string,
  ): Promise<Visitor | undefined> {
    const authorization = login === undefined ? {} : { authorization: `Bearer ${people[login]?.token}` };
    const seen = await fetch(`${emulator.url}/repos/${owner}/${repo}`, { headers: authorization });
    if (!seen.ok) return undefined;
    if (login === undefined) return { login: '', mayWrite: false, isAdmin: false };
    const level = await fetch(`${emulator.url}/repos/${owner}/${repo}/collaborators/${login}/permission`, {
      headers: authorization,
    });
    const { permission } = (level.ok ? await level.json() : {}) as { permission?: string };
    const may = permission ?? 'none';
    return {
      login,
      mayWrite: ['admin', 'maintain', 'push', 'write'].includes(may),
      isAdmin: may === 'admin',
    };
  }

  async function serveHistory(
    gitAsked: NonNullable<ReturnType<typeof gitRequestOf>>,
    login: string | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const [, owner = '', repo = ''] = /^\/([^/]+)\/([^/]+?)(?:\.git)?$/.exec(gitAsked.path) ?? [];
    const who = await visitor(login, owner, repo);
    const pushes = gitAsked.service === 'git-receive-pack';
    const denied = !who
      ? login === undefined
        ? 401
        : 404
      : pushes && !who.mayWrite
        ? login
          ? 403
          : 401
        : undefined;
    if (denied !== undefined) {
      request.resume();
      const words =
        denied === 403
          ? `Permission to ${owner}/${repo}.git denied to ${login}.`
          : denied === 404
            ? 'Repository not found.'
            : 'Invalid username or token. Password authentication is not supported for Git operations.';
      response.writeHead(denied, {
        'content-type': 'text/plain',
        ...(denied === 401 && { 'www-authenticate': 'Basic realm="GitHub"' }),
      });
      response.end(words);
      return;
    }
    const repository = standIn.repository(owner, repo);
    const before = pushes && !gitAsked.advertise ? refsOf(repository) : undefined;
    await serveGit({ ...gitAsked, repository }, request, response);
    if (!before) return;
    const after = refsOf(repository);
    const none = '0'.repeat(40);
    const refs = [...new Set([...before.keys(), ...after.keys()])]
      .map((ref) => ({ ref, before: before.get(ref) ?? none, after: after.get(ref) ?? none }))
      .filter((moved) => moved.before !== moved.after);
    if (refs.length > 0) await haveCommits(owner, repo, login);
    if (refs.length > 0)
      for (const listen of standIn.onPush) listen({ owner, repo, login: login ?? '', refs });
  }

  /** Emulate makes pull requests only of what it takes for a repository with commits: it gets one of its own. */
  async function haveCommits(owner: string, repo: string, login: string | undefined): Promise<void> {
    const name = `${owner}/${repo}`;
    if (begun.has(name)) return;
    begun.add(name);
    await fetch(`${emulator.url}/repos/${name}/contents/begun`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${people[login ?? '']?.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ message: 'Begin', content: '' }),
    });
  }

  async function serveAssets(
    [, owner = '', repo = '', path = '']: RegExpExecArray,
    { searchParams }: URL,
    { login, method, body }: Asked,
    response: ServerResponse,
  ): Promise<void> {
    const who = await visitor(login, owner, repo);
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
    const own = (await answerPeople(asked)) ?? answerRefs(method, path, standIn.repository);
    if (own) {
      if (method === 'GET') headers.etag = etagOf(JSON.stringify(own.body));
      if (headers.etag !== undefined && request.headers['if-none-match'] === headers.etag)
        return send(response, 304, undefined, headers);
      return send(response, own.status, own.body, headers);
    }
    const forwarded = await fetch(`${emulator.url}${path}${url.search}`, {
      method,
      headers: forwardedHeaders(request),
      redirect: 'manual',
      ...(method !== 'GET' && { body: new Uint8Array(raw ?? (await bytesOf(request))) }),
    });
    // what someone may not see is not there
    const [, owner = '', repo = ''] = /^\/repos\/([^/]+)\/([^/]+)/.exec(path) ?? [];
    if (forwarded.status === 403 && owner && !(await visitor(login, owner, repo)))
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
    if (!(await visitor(login, owner, repo))?.mayWrite) {
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
    const admin = people[owner] ? owner : (orgs[owner]?.[0] ?? '');
    const answer = await standIn.request(admin, `/repos/${owner}/${repo}/releases`);
    const releases = answer.ok ? ((await answer.json()) as { id: number; draft: boolean }[]) : []; // what emulate says
    const bytes = files.download(path, (_, release) =>
      releases.some(({ id, draft }) => id === release && !draft),
    );
    response.writeHead(bytes ? 200 : 404).end(bytes ?? '');
  }

  /** Invitations; emulate makes people collaborators at once. */
  async function answerPeople({ method, path, login, body }: Asked) {
    const [, owner = '', repo = '', name] =
      /^\/repos\/([^/]+)\/([^/]+)\/(?:collaborators\/([^/]+)|invitations)$/.exec(path) ?? [];
    const fullName = `${owner}/${repo}`;
    if (method === 'PUT' && name !== undefined && owner) {
      const me = await visitor(login, owner, repo);
      const known = await visitor(name, owner, repo);
      if (!me?.isAdmin)
        return {
          status: me ? 403 : 404,
          body: { message: me ? 'Must have admin rights to Repository.' : 'Not Found' },
        };
      if (!(name in people)) return { status: 404, body: { message: 'Not Found' } };
      const { permission = 'push' } = (body ?? {}) as { permission?: string }; // the contract has looked at it
      const isMember = (
        await fetch(`${emulator.url}/repos/${fullName}/collaborators/${name}/permission`, {
          headers: { authorization: `Bearer ${people[login ?? '']?.token}` },
        })
      ).ok;
      // who is a member already gets the new role at once
      if (known && isMember) {
        await becomeCollaborator(fullName, name, permission);
        return { status: 204, body: undefined };
      }
      const one = invitations.add({ fullName, login: name, inviter: login ?? '', permission });
      return { status: 201, body: invitationBody(one) };
    }
    if (method === 'GET' && path.endsWith('/invitations') && owner)
      return { status: 200, body: invitations.of((one) => one.fullName === fullName).map(invitationBody) };
    if (method === 'GET' && path === '/user/repository_invitations')
      return { status: 200, body: invitations.of((one) => one.login === login).map(invitationBody) };
    const id = /^\/user\/repository_invitations\/(\d+)$/.exec(path)?.[1];
    if (method === 'PATCH' && id !== undefined) {
      const one = invitations.get(Number(id));
      if (one?.login !== login || !one) return { status: 404, body: { message: 'Not Found' } };
      invitations.remove(one.id);
      await becomeCollaborator(one.fullName, one.login, one.permission);
      return { status: 204, body: undefined };
    }
    if (method === 'GET' && /^\/repos\/[^/]+\/[^/]+\/collaborators$/.test(path))
      return await collaborators(path, login);
    return undefined;
  }

  /** As its owner: emulate asks for an admin. */
  async function becomeCollaborator(fullName: string, login: string, permission: string): Promise<void> {
    const [owner = ''] = fullName.split('/');
    const admin = people[owner] ? owner : (orgs[owner]?.[0] ?? '');
    await fetch(`${emulator.url}/repos/${fullName}/collaborators/${login}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${people[admin]?.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ permission }),
    });
  }

  /** Emulate leaves out the owner, and what each may do. */
  async function collaborators(path: string, login: string | undefined) {
    const [, owner = '', repo = ''] = /^\/repos\/([^/]+)\/([^/]+)\//.exec(path) ?? [];
    const me = await visitor(login, owner, repo);
    if (!me?.mayWrite)
      return {
        status: me ? 403 : 404,
        body: { message: 'Must have push access to view repository collaborators.' },
      };
    const all = [];
    for (const [at, name] of Object.keys(people).entries()) {
      const answer = await fetch(`${emulator.url}/repos/${owner}/${repo}/collaborators/${name}/permission`, {
        headers: { authorization: `Bearer ${people[login ?? '']?.token}` },
      });
      if (!answer.ok) continue;
      const { permission } = (await answer.json()) as { permission: string }; // what emulate says
      const admin = permission === 'admin';
      const push = admin || ['push', 'write', 'maintain'].includes(permission);
      const role_name = admin ? 'admin' : push ? 'write' : 'read';
      const permissions = { admin, maintain: admin, push, triage: push, pull: true };
      all.push({ login: name, id: at + 1, type: 'User', site_admin: false, permissions, role_name });
    }
    return { status: 200, body: all };
  }

  const invitationBody = ({
    id,
    fullName,
    login,
    inviter,
    permission,
  }: ReturnType<Invitations['of']>[number]) => ({
    id,
    repository: {
      name: fullName.split('/')[1],
      full_name: fullName,
      owner: { login: fullName.split('/')[0] },
      html_url: `${origin}/${fullName}`,
    },
    invitee: { login },
    inviter: { login: inviter },
    permissions: permission === 'push' ? 'write' : permission === 'pull' ? 'read' : permission,
    html_url: `${origin}/${fullName}/invitations`,
    url: `${api}/user/repository_invitations/${id}`,
    created_at: new Date(0).toISOString(),
  });

  function signIn(path: string, body: unknown): unknown {
    const form = (typeof body === 'object' && body !== null ? body : {}) as Record<string, string>; // strings of a form
    if (path === '/login/device/code')
      return form.client_id ? standIn.device.begin(origin) : { error: 'incorrect_client_credentials' };
    if (path === '/login/oauth/access_token') return standIn.device.ask(form.device_code ?? '');
    return { error: 'not_found' };
  }

  return standIn;
}

function forwardedHeaders({ headers }: IncomingMessage): Record<string, string> {
  const sent: Record<string, string> = {};
  for (const name of ['authorization', 'content-type', 'accept', 'content-length'])
    if (headers[name] !== undefined && name !== 'content-length') sent[name] = String(headers[name]);
  if (sent.authorization) sent.authorization = `Bearer ${tokenOf(sent.authorization)}`;
  return sent;
}

/** What Git calls a password is a token at GitHub. */
function tokenOf(header: string | undefined): string | undefined {
  const [, kind = '', value = ''] = /^(\w+)\s+(.+)$/.exec(header ?? '') ?? [];
  if (/^(bearer|token)$/i.test(kind)) return value;
  return /^basic$/i.test(kind)
    ? Buffer.from(value, 'base64')
        .toString()
        .replace(/^[^:]*:/, '')
    : undefined;
}

const etagOf = (body: string | Buffer): string => `W/"${createHash('sha256').update(body).digest('hex')}"`;

const isUpload = (path: string) => /^\/repos\/[^/]+\/[^/]+\/releases\/\d+\/assets$/.test(path);

async function bytesOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

function jsonOf(raw: Buffer): unknown {
  const text = raw.toString();
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return Object.fromEntries(new URLSearchParams(text));
  }
}

const refsOf = (repository: string): Map<string, string> =>
  new Map(
    git(repository, 'for-each-ref', '--format=%(refname) %(objectname)')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' ') as [string, string]), // the format has two words
  );

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...(text !== '' && { 'content-type': 'application/json; charset=utf-8' }),
    ...headers,
  });
  response.end(text);
}
