/**
 * Delivers what happens to the stand-in's repositories as GitHub does: to the webhooks that were made of them, signed with
 * their secrets. Emulate itself delivers only what its own API changes, a `ping` for one.
 */
import { createHmac, randomUUID } from 'node:crypto';
import type { GitHubStandIn, Pushed } from './standIn.ts';

export interface Webhooks {
  /** What was delivered, and what was answered; 0: nobody was there. */
  readonly delivered: { readonly event: string; readonly body: string; readonly status: number }[];
  /** Of an event of a test's own. */
  deliver(owner: string, repo: string, event: string, payload: object): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

interface Hook {
  readonly id: number;
  readonly active: boolean;
  readonly events: readonly string[];
  readonly config: { readonly url: string };
}

export function deliverWebhooks(github: GitHubStandIn): Webhooks {
  const running = new Set<Promise<void>>();
  const delivered: Webhooks['delivered'] = [];
  const webhooks: Webhooks = {
    delivered,
    async deliver(owner, repo, event, payload) {
      const answer = await github.request(owner, `/repos/${owner}/${repo}`);
      const repository = (await answer.json()) as { id: number; full_name: string }; // what emulate says
      const hooks = (await (await github.request(owner, `/repos/${owner}/${repo}/hooks`)).json()) as Hook[]; // likewise
      for (const hook of hooks.filter(({ active, events }) => active && events.includes(event))) {
        const { id, full_name } = repository;
        const body = JSON.stringify({ ...payload, repository: { id, full_name, name: repo } });
        const secret = secretOf(github, hook.config.url);
        const sent = await fetch(hook.config.url, {
          method: 'POST',
          body,
          headers: {
            'content-type': 'application/json',
            'user-agent': 'GitHub-Hookshot/044aadd',
            'x-github-event': event,
            'x-github-delivery': randomUUID(),
            'x-github-hook-id': String(hook.id),
            'x-github-hook-installation-target-id': String(id),
            'x-github-hook-installation-target-type': 'repository',
            'x-hub-signature': `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`,
            'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
          },
        }).catch(() => undefined);
        await sent?.text();
        delivered.push({ event, body, status: sent?.status ?? 0 });
      }
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
  github.onPush.add((pushed) => {
    const work = tell(webhooks, pushed).finally(() => running.delete(work));
    running.add(work);
  });
  return webhooks;
}

async function tell(webhooks: Webhooks, { owner, repo, login, refs }: Pushed): Promise<void> {
  const none = '0'.repeat(40);
  const sender = { login, id: 1, type: 'User' };
  for (const { ref, before, after } of refs) {
    const [created, deleted] = [before === none, after === none];
    await webhooks.deliver(owner, repo, 'push', {
      ref,
      before,
      after,
      created,
      deleted,
      forced: false,
      base_ref: null,
      commits: [],
      head_commit: null,
      pusher: { name: login },
      sender,
    });
    const [, kind, name] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
    if (name === undefined || !(created || deleted)) continue;
    const ref_type = kind === 'tags' ? 'tag' : 'branch';
    await webhooks.deliver(owner, repo, created ? 'create' : 'delete', { ref: name, ref_type, sender });
  }
}

/** GitHub never shows it again: it was in the call that made the webhook. */
function secretOf(github: GitHubStandIn, url: string): string {
  const told = github.asked.findLast(
    ({ method, path, body, status }) =>
      /POST|PATCH/.test(method) &&
      /\/hooks(\/\d+)?$/.test(path) &&
      status < 300 &&
      (body as { config?: { url?: string } }).config?.url === url, // the contract has looked at it
  );
  return (told?.body as { config?: { secret?: string } } | undefined)?.config?.secret ?? '';
}
