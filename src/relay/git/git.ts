/**
 * Git's smart HTTP protocol over the system's `upload-pack` and `receive-pack`.
 * Sources: Git's `gitprotocol-http`, and `http-backend.c` for what it leaves open. There is no dumb protocol: no URL
 * here names a file.
 */
import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ORIGIN_HEADER, relayRoutes } from '../../shared/wire/relay.ts';
import { type Call, type Route, requireRole } from '../access/routes.ts';
import type { Member } from '../db/db.ts';
import { denied, invalid, queryPart, RelayError } from '../http/http.ts';
import type { GitService, RunningGit } from './gitProcess.ts';
import type { Verdict } from './incomingPush.ts';
import { PushCommandReader } from './pushCommands.ts';
import { requireAssets } from './requireAssets.ts';

export const gitRoutes: readonly Route[] = [
  { method: 'get', path: `${relayRoutes.git(':project')}/info/refs`, access: 'viewer', handle: advertise },
  {
    method: 'post',
    path: `${relayRoutes.git(':project')}/git-upload-pack`,
    access: 'viewer',
    handle: (call) => exchange(call, 'upload-pack'),
  },
  {
    method: 'post',
    path: `${relayRoutes.git(':project')}/git-receive-pack`,
    access: 'editor',
    handle: receivePush,
  },
];

type ProjectCall = Call & { readonly member: Member };

async function advertise(call: ProjectCall): Promise<void> {
  const { relay, request, response, member } = call;
  const service = serviceNamed(queryPart(request, 'service'));
  if (service === 'receive-pack') requireRole(member, 'editor');
  const protocol = protocolOf(request);
  const git = await relay.git.serve(service, relay.folder.repository(member.project.id), {
    advertise: true,
    protocol,
    who: member.user.id,
  });
  git.input.end();
  await answer(
    call,
    git,
    `application/x-git-${service}-advertisement`,
    () => undefined,
    () => {
      // Protocol 2 has no service line; a push never speaks it.
      if (protocol !== 'version=2' || service === 'receive-pack') {
        const line = `# service=git-${service}\n`;
        response.write(`${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`);
      }
    },
  );
}

async function receivePush(call: ProjectCall): Promise<void> {
  const { relay, request, member } = call;
  const origin = request.headers[ORIGIN_HEADER];
  const declared = Number(request.headers['content-length'] ?? 0);
  const room = await relay.usage.room(member.project.id, declared);
  let received = 0;
  const push = relay.announcer.begin(member.project, {
    author: member.user.name,
    ...(typeof origin === 'string' && origin.length <= 100 ? { origin } : {}),
  });
  let leave: (() => void) | undefined;
  let over = false;
  // The hints see the commands before git does, so that whoever moved a ref is known as soon as it has moved.
  const commands = new PushCommandReader((command) => push.expect(command));
  try {
    const onInput = async (chunk: Uint8Array) => {
      received += chunk.length;
      commands.read(chunk);
      if (received > declared) await room.more(chunk.length);
    };
    const beforeLast = async () => {
      const entered = await relay.gate.enter(member.project.id);
      // Git may have given up meanwhile.
      if (over) entered();
      else leave = entered;
    };
    const verdict = relay.requiresAssets ? requireAssets(relay, member.project.id) : undefined;
    await exchange(call, 'receive-pack', { onInput, beforeLast, verdict });
  } finally {
    over = true;
    leave?.();
    room.settle(received);
    push.finish();
  }
}

/** What a push needs besides. */
interface PushSteps {
  /** Awaited for each piece before git gets it. */
  onInput(chunk: Uint8Array): Promise<void>;
  /** Awaited before the last of the input goes to git: until then it can finish nothing. */
  beforeLast(): Promise<void>;
  readonly verdict: Verdict | undefined;
}

async function exchange(call: ProjectCall, service: GitService, push?: PushSteps): Promise<void> {
  const { relay, request, member, response } = call;
  if (request.headers['content-type'] !== `application/x-git-${service}-request`)
    throw invalid(`Content-Type must be application/x-git-${service}-request.`, 415);
  const limit = service === 'receive-pack' ? relay.limits.push : relay.limits.fetchRequest;
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const body = decodedBody(request);
  const git = await relay.git.serve(service, relay.folder.repository(member.project.id), {
    advertise: false,
    protocol: protocolOf(request),
    who: member.user.id,
    verdict: push?.verdict,
  });

  // It may have waited for its turn.
  if (response.destroyed) git.stop();
  let inputFault: unknown;
  let received = false;
  copyInput(body, git, limit, push).then(
    () => {
      received = true;
    },
    (error) => {
      inputFault = error;
      git.stop();
    },
  );
  // A push that has arrived whole is finished even if its sender has gone: they will find it done.
  response.once('close', () => {
    if (!response.writableFinished && !(service === 'receive-pack' && received)) git.stop();
  });
  await answer(
    call,
    git,
    `application/x-git-${service}-result`,
    () => inputFault,
    () => {},
  );
}

/** The request's body as git is to read it. */
function decodedBody(request: IncomingMessage): AsyncIterable<Buffer> {
  switch (request.headers['content-encoding'] ?? 'identity') {
    case 'identity':
      // Kept open when reading stops early, so that the answer still reaches the client.
      return request.iterator({ destroyOnReturn: false });
    case 'gzip':
    case 'x-gzip':
      return gunzipped(request);
    default:
      throw invalid('Content-Encoding may be gzip, or absent.', 415);
  }
}

/** Not by `pipeline`: that would cut the connection on a fault, and the client would never read what the fault was. */
function gunzipped(request: IncomingMessage): AsyncIterable<Buffer> {
  const gunzip = createGunzip();
  request.once('close', () => {
    if (!request.complete) gunzip.destroy(new Error('The client went away.'));
  });
  return request.pipe(gunzip);
}

/**
 * Each chunk waits for the one after it, and the last one for the proper end of the body: a push that is cut short
 * anywhere, in its gzip trailer for one, never reaches git whole.
 */
async function copyInput(
  body: AsyncIterable<Buffer>,
  git: RunningGit,
  limit: number,
  push: PushSteps | undefined,
): Promise<void> {
  let length = 0;
  let waiting: Buffer | undefined;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > limit) throw tooLarge(limit);
    if (waiting !== undefined) await writeTo(git.input, waiting);
    await push?.onInput(chunk);
    waiting = chunk;
  }
  await push?.beforeLast();
  git.input.end(waiting);
}

/** When the reader has gone, the rest is dropped: a client reads its answer after it has sent all. */
async function writeTo(stream: Writable, chunk: Buffer): Promise<void> {
  if (!stream.writable || stream.write(chunk)) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.on('drain', done).on('close', done);
    if (stream.destroyed) done();
  });
}

/** Sends what git says. The status waits for its first byte: until then a failure can still be told as one. */
async function answer(
  { relay, response }: ProjectCall,
  git: RunningGit,
  contentType: string,
  inputFault: () => unknown,
  begin: () => void,
): Promise<void> {
  const start = () => {
    if (response.headersSent) return;
    response.status(200).set({
      'Content-Type': contentType,
      'Cache-Control': 'no-cache, max-age=0, must-revalidate',
      Pragma: 'no-cache',
      Expires: 'Fri, 01 Jan 1980 00:00:00 GMT',
    });
    begin();
  };
  for await (const chunk of git.output) {
    start();
    await writeTo(response, chunk);
  }
  const { code, signal, complaint } = await git.exit;
  const fault = inputFault();
  if (code !== 0)
    relay.log.warn({ request: response.locals.requestId, code, signal, complaint }, 'git failed');
  if (response.headersSent) {
    // Cut off, never ended: half an answer must not look like a whole one.
    if (signal !== null || fault !== undefined) response.destroy();
    else response.end();
    return;
  }
  if (fault !== undefined)
    throw fault instanceof RelayError ? fault : invalid('The body is damaged, or not whole.');
  if (code === 0) {
    start();
    response.end();
  } else if (code === null && signal === null) throw new Error(`git did not start: ${complaint}`);
  else throw invalid('Git could not read this request.');
}

function serviceNamed(name: string | undefined): GitService {
  switch (name) {
    case 'git-upload-pack':
      return 'upload-pack';
    case 'git-receive-pack':
      return 'receive-pack';
    default:
      throw denied('Only git-upload-pack and git-receive-pack are served, by the smart protocol.');
  }
}

const PROTOCOL = /^version=[012]$/;

function protocolOf(request: IncomingMessage): string | undefined {
  const asked = request.headers['git-protocol'];
  return typeof asked === 'string' && PROTOCOL.test(asked) ? asked : undefined;
}

const tooLarge = (limit: number) => invalid(`This relay takes at most ${limit} bytes at once here.`, 413);
