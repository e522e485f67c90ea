/** What every `Access` must do. A backend's own test is its set-up and one call of this. */
import type { Access } from '../../src/ports/access.ts';
import type { Hosting } from '../../src/ports/backend.ts';
import type { Remote } from '../../src/ports/remote.ts';

export interface AccessStand {
  readonly access: Access;
  /** Whether a machine that nobody has signed in on can see the project. */
  strangerSees(): Promise<boolean>;
  /** Accepts an invite on a machine of its own, as a person of this name. */
  join(code: string, name: string): Promise<{ readonly hosting: Hosting; readonly remote: Remote }>;
  close(): Promise<void>;
}

/** @param make a project with its owner, a new one for each test */
export function describeAccess(name: string, make: () => Promise<AccessStand>): void {
  describe(`${name} as the one who lets people in`, () => {
    let stand: AccessStand;
    beforeEach(async () => {
      stand = await make();
    });
    afterEach(() => stand.close());

    test('who has an invite is let in, and no one else', async () => {
      expect(await stand.strangerSees()).toBe(false);
      const { code } = await stand.access.invite();
      const { hosting, remote } = await stand.join(code, 'Bob');
      expect(hosting.branch).toBe('main');
      expect((await remote.history.listRefs()).refs.size).toBe(0);
      expect(await stand.strangerSees()).toBe(false);
      await remote.close();
    });

    test('two invites are two, and either lets in', async () => {
      const [one, two] = [await stand.access.invite(), await stand.access.invite()];
      expect(one.code).not.toBe(two.code);
      for (const { code } of [one, two]) await (await stand.join(code, 'Cait')).remote.close();
    });

    test.each<[string, (code: string) => string]>([
      ['cut short', (code) => code.slice(0, -3)],
      ['with another end', (code) => `${code.slice(0, -4)}${code.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`],
    ])('an invite %s lets nobody in', async (_, damaged) => {
      const { code } = await stand.access.invite();
      await expect(stand.join(damaged(code), 'Mallory')).rejects.toMatchObject({ code: 'INVALID_INVITE' });
    });

    test('an abort ends a call with ABORTED', async () => {
      const inviting = stand.access.invite({ signal: AbortSignal.abort() });
      await expect(inviting).rejects.toMatchObject({ code: 'ABORTED' });
    });
  });
}
