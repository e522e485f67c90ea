/** What GitHub's Actions run for releases, run as they would: in a clone of stock git's, with a token of the run. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleProject } from '../../src/bethesda/index.ts';
import { startGitHub } from '../support/github/standIn.ts';
import { temporaryFolder } from '../support/host.ts';
import { cliPath, Modder, type Ran, runCli, runProgram } from '../support/processes.ts';

/** The script of a job: the lines of its last `run: |`. */
function scriptOf(workflow: string, job: string): string {
  const [, body = ''] = new RegExp(`^  ${job}:\\n((?: {4}.*\\n|\\n)+)`, 'm').exec(workflow) ?? [];
  return body
    .slice(body.indexOf('- run: |\n') + '- run: |\n'.length)
    .split('\n')
    .map((line) => line.trim())
    .join('\n');
}

test('a release is made in Actions, and a tag that comes from elsewhere is built again there', async () => {
  const github = await startGitHub({ ann: { token: 'ghp_ann' }, actions: { token: 'ghs_run' } });
  const ann = new Modder('ann');
  Object.assign(ann.env, { GITHUB_SERVER_URL: github.url, GITHUB_TOKEN: 'ghp_ann' });
  mkdirSync(ann.folder, { recursive: true });
  for (const { path, content } of sampleProject(5, { megabytes: 0 })) ann.write(path, content);
  const made = await runCli(
    [
      'init',
      ann.folder,
      '--name',
      'Beacon',
      '--github',
      'beacon',
      '--endpoint',
      github.url,
      '--workflow',
      '--yes',
      '--json',
    ],
    { env: ann.env },
  );
  expect(made.answer).toMatchObject({ success: true });
  const workflow = await ann.git('show', 'origin/main:.github/workflows/release.yml');
  const version = await runCli(['--version'], { env: ann.env });
  expect(workflow).toContain(`modsync@${version.out.trim()} `);

  await github.request('ann', '/repos/ann/beacon/collaborators/actions', {
    method: 'PUT',
    json: { permission: 'push' },
  });
  const [invitation] = (await (await github.request('actions', '/user/repository_invitations')).json()) as {
    id: number;
  }[]; // as the stand-in lists them
  await github.request('actions', `/user/repository_invitations/${invitation?.id}`, { method: 'PATCH' });

  /** A runner: checkout is a clone with all tags and without git-lfs, `npx modsync@…` is the one that is tested. */
  async function act(job: string, env: NodeJS.ProcessEnv): Promise<Ran> {
    const runner = new Modder('runner');
    const bin = temporaryFolder('bin');
    writeFileSync(join(bin, 'npx'), `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${cliPath}" "$@"\n`);
    chmodSync(join(bin, 'npx'), 0o755);
    const clone = `${github.url.replace('://', '://x:ghs_run@')}/ann/beacon.git`;
    await runProgram('git', ['clone', '-q', clone, runner.folder], {
      env: { ...runner.env, GIT_LFS_SKIP_SMUDGE: '1' },
    });
    await runner.git('remote', 'set-url', 'origin', `${github.url}/ann/beacon.git`);
    return await runProgram('bash', ['-euo', 'pipefail', '-c', scriptOf(`${workflow}\n`, job)], {
      cwd: runner.folder,
      env: {
        ...runner.env,
        PATH: `${bin}:${runner.env.PATH}`,
        CI: 'true',
        GITHUB_SERVER_URL: github.url,
        GITHUB_TOKEN: 'ghs_run',
        GITHUB_ACTOR: 'ann',
        ...env,
      },
    });
  }

  const released = await act('release', { VERSION: '1.0.0', DRAFT: '' });
  expect([released.code, released.err]).toEqual([0, expect.any(String)]);
  const [release] = (await (await github.request('ann', '/repos/ann/beacon/releases')).json()) as {
    draft: boolean;
    assets: unknown[];
  }[];
  expect([release?.draft, release?.assets.length]).toEqual([false, 3]);
  await ann.modsync('sync');
  expect(await ann.git('log', '-1', '--format=%an', 'v1.0.0')).toBeTruthy();
  const verified = await act('verify', { GITHUB_REF_NAME: 'v1.0.0' });
  expect([verified.code, verified.out]).toEqual([
    0,
    expect.stringContaining('makes the archive that it names'),
  ]);
}, 170_000);
