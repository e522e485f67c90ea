/** emulate in a process of its own, seeded; beside it, the check of calls against GitHub's description. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Emulator {
  /** Of the API. */
  readonly url: string;
  /** What GitHub would not take of a call, as contract.mjs has it. */
  faults(call: object): Promise<string[]>;
  stop(): void;
}

/** @param baseUrl what the API's answers name as its own address */
export async function startEmulator(
  baseUrl: string,
  people: Readonly<Record<string, { readonly token: string }>>,
  orgs: Readonly<Record<string, readonly string[]>>,
): Promise<Emulator> {
  const seed = {
    tokens: Object.fromEntries(Object.entries(people).map(([login, { token }]) => [token, { login }])),
    github: {
      users: Object.keys(people).map((login) => ({ login, name: login })),
      orgs: Object.entries(orgs).map(([login, members]) => ({
        login,
        name: login,
        members: members.map((member) => ({ login: member, role: 'admin' })),
      })),
    },
  };
  const script = join(process.cwd(), 'test', 'support', 'github', 'emulator.mjs');
  const child = spawn(process.execPath, [script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.write(`${JSON.stringify({ baseUrl, seed })}\n`);
  const line = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`emulate ended with ${code}`)));
    createInterface(child.stdout).once('line', resolve);
  });
  const ports = JSON.parse(line) as { api: number; contract: number }; // what emulator.mjs prints
  return {
    url: `http://127.0.0.1:${ports.api}`,
    faults: async (call) => {
      const answer = await fetch(`http://127.0.0.1:${ports.contract}`, {
        method: 'POST',
        body: JSON.stringify(call),
      });
      return (await answer.json()) as string[]; // what contract.mjs answers
    },
    stop: () => void child.kill(),
  };
}
