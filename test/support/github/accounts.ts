/** Who has an account at the stand-in, and what each may do where: emulate knows, and is asked. */
import type { Visitor } from './lfs.ts';

export interface Account {
  readonly token: string;
  /** Of a classic token; `repo` unless given. `undefined` in `x-oauth-scopes`' place: a fine-grained one. */
  readonly scopes?: readonly string[];
}

export type People = Readonly<Record<string, Account>>;

export class Accounts {
  readonly people: People;
  readonly #orgs: Readonly<Record<string, readonly string[]>>;
  readonly #emulator: string;

  constructor(people: People, orgs: Readonly<Record<string, readonly string[]>>, emulator: string) {
    this.people = people;
    this.#orgs = orgs;
    this.#emulator = emulator;
  }

  tokenOf = (login: string | undefined): string => this.people[login ?? '']?.token ?? '';

  loginOf = (token: string | undefined): string | undefined =>
    Object.entries(this.people).find(([, account]) => account.token === token)?.[0];

  /** Someone who may do everything in the repositories of an owner. */
  adminOf = (owner: string): string => (this.people[owner] ? owner : (this.#orgs[owner]?.[0] ?? ''));

  /** Emulate's own API, as this person. */
  ask(
    login: string | undefined,
    path: string,
    init: { method?: string; json?: unknown } = {},
  ): Promise<Response> {
    return fetch(`${this.#emulator}${path}`, {
      method: init.method ?? 'GET',
      headers: {
        ...(login !== undefined && { authorization: `Bearer ${this.tokenOf(login)}` }),
        'content-type': 'application/json',
      },
      ...(init.json !== undefined && { body: JSON.stringify(init.json) }),
    });
  }

  /** What emulate says that `who` may do; `undefined`: they are no member. */
  async permissionOf(asker: string | undefined, fullName: string, who: string): Promise<string | undefined> {
    const level = await this.ask(asker, `/repos/${fullName}/collaborators/${who}/permission`);
    if (!level.ok) return undefined;
    return ((await level.json()) as { permission: string }).permission; // what emulate answers
  }

  /** @returns what this person may do there; `undefined`: for them, it does not exist */
  async visitor(login: string | undefined, owner: string, repo: string): Promise<Visitor | undefined> {
    const fullName = `${owner}/${repo}`;
    if (!(await this.ask(login, `/repos/${fullName}`)).ok) return undefined;
    const may = login === undefined ? undefined : await this.permissionOf(login, fullName, login);
    return { login: login ?? '', mayWrite: mayWrite(may), isAdmin: may === 'admin' };
  }
}

export const mayWrite = (permission: string | undefined): boolean =>
  ['admin', 'maintain', 'push', 'write'].includes(permission ?? '');
