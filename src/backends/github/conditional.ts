/**
 * Asks again only for what has changed: an answer with an ETag is kept, and the next GET of the same URL says so. GitHub
 * answers 304 then, which costs nothing of the rate limit.
 */
const MOST_ANSWERS = 200;
const LARGEST_ANSWER = 512 << 10;

interface KeptAnswer {
  readonly etag: string;
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Of one token: the answers are those that it may see. */
export function conditionalFetch(send: typeof fetch): typeof fetch {
  const kept = new Map<string, KeptAnswer>();
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    const method = (init?.method ?? 'GET').toUpperCase();
    // one who asks with an ETag of their own wants to hear the 304
    if (input instanceof Request || method !== 'GET' || headers.has('if-none-match'))
      return await send(input, init);
    const key = `${headers.get('accept')} ${String(input)}`;
    const before = kept.get(key);
    if (before) headers.set('if-none-match', before.etag);
    const answer = await send(input, { ...init, headers });
    if (before && answer.status === 304) {
      const fresh = new Headers(before.headers.map(([name, value]) => [name, value]));
      for (const [name, value] of answer.headers) if (name.startsWith('x-ratelimit-')) fresh.set(name, value);
      return withUrl(new Response(before.body, { status: before.status, headers: fresh }), answer.url);
    }
    const etag = answer.headers.get('etag');
    const length = Number(answer.headers.get('content-length') ?? 0);
    const isText = /json|text/.test(answer.headers.get('content-type') ?? '');
    if (answer.status !== 200 || !etag || !isText || length > LARGEST_ANSWER) return answer;
    const body = new Uint8Array(await answer.arrayBuffer());
    const list = [...answer.headers].filter(([name]) => !/^content-(encoding|length)$/.test(name));
    kept.delete(key);
    if (body.length <= LARGEST_ANSWER) kept.set(key, { etag, status: 200, headers: list, body });
    const oldest = kept.keys().next().value;
    if (kept.size > MOST_ANSWERS && oldest !== undefined) kept.delete(oldest);
    return withUrl(new Response(body, { status: 200, headers: list }), answer.url);
  };
}

/** octokit looks at it; a Response of our own making has none. */
function withUrl(response: Response, url: string): Response {
  Object.defineProperty(response, 'url', { value: url });
  return response;
}
