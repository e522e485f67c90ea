/** What `modsync status` says. */
import { statusAnswer } from '../../src/cli/commands/status.ts';
import type { Proposal, SyncStatus } from '../../src/index.ts';
import { parseProjectId } from '../../src/shared/ids.ts';

const status: SyncStatus = {
  projectId: parseProjectId('my-mod'),
  path: '/mods/My Mod',
  branch: 'main',
  isSyncing: false,
  syncProgress: 100,
  changes: [],
  ahead: 0,
  behind: 0,
  conflicts: [],
  autoSync: false,
  online: false,
  remote: 'https://github.com/octo/mod.git',
};
const proposal = (number: number, more: Partial<Proposal>): Proposal => ({
  number,
  title: `Idea ${number}`,
  url: `https://github.com/octo/mod/pull/${number}`,
  author: 'octo',
  branch: `idea-${number}`,
  base: 'main',
  draft: false,
  mergeable: 'yes',
  ...more,
});
const words = (more: Partial<SyncStatus>): string[] =>
  [statusAnswer({ ...status, ...more }).text((_colour, text) => text)].flat();

test('pull requests that are open, and whether they merge, are listed with their age', () => {
  const open = [
    proposal(4, {}),
    proposal(3, { mergeable: 'conflicts', title: 'Steer\u001b[31m the terminal' }),
    proposal(2, { mergeable: 'blocked' }),
    proposal(1, { draft: true, branch: 'ben:idea-1' }),
  ];
  const text = words({ proposals: { asOf: new Date(Date.now() - 180_000).toISOString(), open } });
  const at = text.findIndex((line) => line.startsWith('Pull requests'));
  expect(text[at]).toBe('Pull requests, as of 3 minutes ago:');
  expect(text.slice(at + 1, at + 5).map((line) => line.trim().replace(/ {2,}/g, ' | '))).toEqual([
    '#4 | Idea 4 | idea-4 → main | merges',
    '#3 | Steer\\x1b[31m the terminal | idea-3 → main | conflicts',
    '#2 | Idea 2 | idea-2 → main | waits for a review or a check',
    '#1 | Idea 1 | ben:idea-1 → main | a draft',
  ]);
});

test('where none is open, or none can be, nothing is said of them', () => {
  const asOf = new Date().toISOString();
  for (const more of [{}, { proposals: { asOf, open: [] } }])
    expect(words(more).join('\n')).not.toContain('Pull requests');
});
