/** What emulate leaves out: invitations that wait to be accepted, and signing in by a device code. */
import { randomUUID } from 'node:crypto';

export interface Invitation {
  readonly id: number;
  readonly fullName: string;
  readonly login: string;
  readonly inviter: string;
  readonly permission: string;
}

export class Invitations {
  #next = 1;
  readonly #open = new Map<number, Invitation>();

  add(one: Omit<Invitation, 'id'>): Invitation {
    const before = [...this.#open.values()].find(
      ({ fullName, login }) => fullName === one.fullName && login === one.login,
    );
    const invitation = { ...one, id: before?.id ?? this.#next++ };
    this.#open.set(invitation.id, invitation);
    return invitation;
  }

  of = (test: (one: Invitation) => boolean): Invitation[] => [...this.#open.values()].filter(test);
  get = (id: number): Invitation | undefined => this.#open.get(id);
  remove = (id: number): boolean => this.#open.delete(id);
}

/** Of the OAuth device flow, RFC 8628 as GitHub has it. */
export class DeviceLogins {
  readonly #waiting = new Map<
    string,
    { readonly user: string; token?: string; asked: number; denied?: true }
  >();
  /** Codes that people were shown, the newest last. */
  readonly codes: string[] = [];

  begin(origin: string) {
    const device = randomUUID();
    const user = `${randomUUID().slice(0, 4)}-${randomUUID().slice(0, 4)}`.toUpperCase();
    this.#waiting.set(device, { user, asked: 0 });
    this.codes.push(user);
    return {
      device_code: device,
      user_code: user,
      verification_uri: `${origin}/login/device`,
      expires_in: 900,
      interval: 0,
    };
  }

  /** The person has typed the code, and said yes (with the token that it gives) or no. */
  decide(code: string, token: string | undefined): void {
    for (const one of this.#waiting.values()) {
      if (one.user !== code) continue;
      if (token === undefined) one.denied = true;
      else one.token = token;
    }
  }

  ask(device: string): Readonly<Record<string, string | number>> {
    const one = this.#waiting.get(device);
    if (!one) return { error: 'expired_token', error_description: 'The device_code has expired.' };
    one.asked += 1;
    if (one.denied) return { error: 'access_denied' };
    if (one.token === undefined)
      return {
        error: 'authorization_pending',
        error_description: 'The authorization request is still pending.',
      };
    return { access_token: one.token, token_type: 'bearer', scope: 'repo' };
  }

  /** What `/login/…` answers. */
  answer(path: string, body: unknown, origin: string): unknown {
    const form = (typeof body === 'object' && body !== null ? body : {}) as Record<string, string>; // strings of a form
    if (path === '/login/device/code')
      return form.client_id ? this.begin(origin) : { error: 'incorrect_client_credentials' };
    return path === '/login/oauth/access_token' ? this.ask(form.device_code ?? '') : { error: 'not_found' };
  }
}
