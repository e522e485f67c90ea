/** Collaborators and invitations: emulate makes people collaborators at once, and lists them without what each may do. */
import { type Accounts, mayWrite } from './accounts.ts';
import { type Invitation, Invitations } from './people.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly login: string | undefined;
  readonly body: unknown;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

const NOT_FOUND: Reply = { status: 404, body: { message: 'Not Found' } };

export class Members {
  readonly #accounts: Accounts;
  readonly #origin: string;
  readonly #invitations = new Invitations();

  /** @param origin of the stand-in, for the addresses in its answers */
  constructor(accounts: Accounts, origin: string) {
    this.#accounts = accounts;
    this.#origin = origin;
  }

  /** `undefined`: it is not about people. */
  async answer({ method, path, login, body }: Asked): Promise<Reply | undefined> {
    const [, owner = '', repo = '', what, name] =
      /^\/repos\/([^/]+)\/([^/]+)\/(collaborators|invitations)(?:\/([^/]+))?$/.exec(path) ?? [];
    const fullName = `${owner}/${repo}`;
    if (what === 'collaborators' && method === 'PUT' && name !== undefined) {
      const { permission = 'push' } = (body ?? {}) as { permission?: string }; // the contract has looked at it
      return await this.#invite(fullName, name, permission, login ?? '');
    }
    if (what === 'collaborators' && method === 'GET' && name === undefined)
      return await this.#list(fullName, login);
    if (what === 'invitations' && method === 'GET') return this.#open((one) => one.fullName === fullName);
    if (method === 'GET' && path === '/user/repository_invitations')
      return this.#open((one) => one.login === login);
    const id = /^\/user\/repository_invitations\/(\d+)$/.exec(path)?.[1];
    return method === 'PATCH' && id !== undefined ? await this.#accept(Number(id), login) : undefined;
  }

  async #invite(fullName: string, name: string, permission: string, inviter: string): Promise<Reply> {
    const [owner = '', repo = ''] = fullName.split('/');
    const me = await this.#accounts.visitor(inviter, owner, repo);
    if (!me || !(name in this.#accounts.people)) return NOT_FOUND;
    if (!me.isAdmin) return { status: 403, body: { message: 'Must have admin rights to Repository.' } };
    // of a person's own repository, everyone else is an editor
    const role = owner in this.#accounts.people ? 'push' : permission;
    // who is a member already gets the new role at once
    if ((await this.#accounts.permissionOf(inviter, fullName, name)) !== undefined) {
      await this.#become(fullName, name, role);
      return { status: 204, body: undefined };
    }
    const one = this.#invitations.add({ fullName, login: name, inviter, permission: role });
    return { status: 201, body: this.#shown(one) };
  }

  async #accept(id: number, login: string | undefined): Promise<Reply> {
    const one = this.#invitations.get(id);
    if (one === undefined || one.login !== login) return NOT_FOUND;
    this.#invitations.remove(id);
    await this.#become(one.fullName, one.login, one.permission);
    return { status: 204, body: undefined };
  }

  async #become(fullName: string, login: string, permission: string): Promise<void> {
    const admin = this.#accounts.adminOf(fullName.split('/')[0] ?? '');
    await this.#accounts.ask(admin, `/repos/${fullName}/collaborators/${login}`, {
      method: 'PUT',
      json: { permission },
    });
  }

  async #list(fullName: string, login: string | undefined): Promise<Reply> {
    const [owner = '', repo = ''] = fullName.split('/');
    const me = await this.#accounts.visitor(login, owner, repo);
    if (!me) return NOT_FOUND;
    if (!me.mayWrite)
      return { status: 403, body: { message: 'Must have push access to view repository collaborators.' } };
    const all = [];
    for (const [at, name] of Object.keys(this.#accounts.people).entries()) {
      const permission = await this.#accounts.permissionOf(login, fullName, name);
      if (permission === undefined) continue;
      const admin = permission === 'admin';
      const push = mayWrite(permission);
      const role_name = admin ? 'admin' : push ? 'write' : 'read';
      const permissions = { admin, maintain: admin, push, triage: push, pull: true };
      all.push({ login: name, id: at + 1, type: 'User', site_admin: false, permissions, role_name });
    }
    return { status: 200, body: all };
  }

  #open(test: (one: Invitation) => boolean): Reply {
    return { status: 200, body: this.#invitations.of(test).map((one) => this.#shown(one)) };
  }

  #shown({ id, fullName, login, inviter, permission }: Invitation) {
    const [owner, name] = fullName.split('/');
    const html_url = `${this.#origin}/${fullName}`;
    return {
      id,
      repository: { name, full_name: fullName, owner: { login: owner }, html_url },
      invitee: { login },
      inviter: { login: inviter },
      permissions: permission === 'push' ? 'write' : permission === 'pull' ? 'read' : permission,
      html_url: `${html_url}/invitations`,
      url: `${this.#origin}/api/v3/user/repository_invitations/${id}`,
      created_at: new Date(0).toISOString(),
    };
  }
}
