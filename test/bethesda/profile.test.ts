import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { classify, gitAttributes, gitIgnore, lfsLineFor } from '../../src/bethesda/index.ts';

/** Stock Git, asked about paths in a repository with these files. */
function inRepository<Answer>(
  files: Record<string, string>,
  ask: (git: (args: string[], input: string) => string) => Answer,
): Answer {
  const folder = mkdtempSync(join(tmpdir(), 'modsync-profile-'));
  try {
    execFileSync('git', ['init', '-q', folder]);
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    return ask((args, input) => {
      try {
        return execFileSync('git', args, { cwd: folder, input, encoding: 'utf8' });
      } catch (error) {
        // `check-ignore` exits with 1 when nothing is ignored.
        if ((error as { status?: number }).status === 1) return '';
        throw error;
      }
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Path → the values of `filter` and `text` that Git sees. */
function attributesOf(content: string, paths: readonly string[]): Record<string, string> {
  return inRepository({ '.gitattributes': content }, (git) => {
    const fields = git(['check-attr', '-z', '--stdin', 'filter', 'text'], paths.join('\0')).split('\0');
    const found: Record<string, string> = {};
    for (let i = 0; i + 2 < fields.length; i += 3)
      found[fields[i] as string] = `${found[fields[i] as string] ?? ''}${fields[i + 1]}=${fields[i + 2]} `;
    return found;
  });
}

const LFS = 'filter=lfs text=unset ';
const PLAIN = 'filter=unspecified text=unset ';

describe('.gitattributes', () => {
  test('textures, meshes, sounds and archives go to LFS whatever their case; plugins and scripts stay in Git', () => {
    const lfs = [
      'Textures/a.dds',
      'Textures/A.DDS',
      'meshes/x.Nif',
      'Sound/v.fuz',
      'Beacon - Main.BA2',
      'My mod.7z',
    ];
    const plain = [
      'Beacon.esp',
      'BEACON.ESM',
      'Scripts/Source/User/a.PSC',
      'Scripts/a.pex',
      'README.md',
      'x.ini',
    ];
    const seen = attributesOf(gitAttributes(), [...lfs, ...plain]);
    for (const path of lfs) expect([path, seen[path]]).toEqual([path, LFS]);
    for (const path of plain) expect([path, seen[path]]).toEqual([path, PLAIN]);
  });

  test.each([
    'Big.esp',
    'My Big Mod.esp',
    'sub folder/[brackets] and *stars*?.esm',
    '#hash.esp',
    '!bang.esp',
    '"quoted".esp',
    'back\\slash.esp',
    'tab\tname.esl',
    'ünïcode 日本.esp',
    '-dash.esp',
  ])('a plugin that grew too large is moved to LFS alone: %s', (path) => {
    const others = [
      'Other.esp',
      `nested/${path}`,
      path.replace(/[*?[]/, 'x').replace('Big', 'Bigger'),
    ].filter((other) => other !== path);
    const seen = attributesOf(`${gitAttributes()}${lfsLineFor(path)}\n`, [path, ...others]);
    expect(seen[path]).toBe(LFS);
    for (const other of others) expect([other, seen[other]]).toEqual([other, PLAIN]);
  });
});

describe('.gitignore', () => {
  const shipped = [
    'Beacon.esp',
    'Beacon - Main.ba2',
    'Scripts/Source/User/Beacon/Main.psc',
    'F4SE/Plugins/Beacon.dll',
    'F4SE/Plugins/Beacon.ini',
    'MCM/Config/Beacon/config.json',
    'fomod/info.xml',
    'Interface/Translations/Beacon_en.txt',
    'Backup/readme.txt',
    'Strings/Beacon_en.STRINGS',
    'Meshes/Beacon/log.nif',
    '.gitattributes',
    '.modsync.json',
  ];
  const leftovers = [
    '.env.local',
    'Thumbs.db',
    'Textures/desktop.ini',
    'Beacon.esp.bak',
    'Beacon.BAK',
    '~$notes.docx',
    'x.tmp',
    'CreationKit.log',
    'FO4Edit Backups/Beacon.esp.backup.2024_01_01',
    'Backup/Beacon.esp.2024.bak',
    'Textures/.DS_Store',
    'meta.ini',
  ];

  test('leftovers of editors stay out, and nothing that a mod ships', () => {
    const ignored = inRepository({ '.gitignore': gitIgnore() }, (git) =>
      git(['check-ignore', '--no-index', '-z', '--stdin'], [...shipped, ...leftovers].join('\0')).split('\0'),
    );
    expect(ignored.filter(Boolean).sort()).toEqual([...leftovers].sort());
  });
});

test('a path is classified by its name, case aside', () => {
  expect(
    Object.fromEntries(
      [
        'A.ESP',
        'b.psc',
        'b.pex',
        'c.Dds',
        'd.nif',
        'e.xwm',
        'f.ba2',
        'g.swf',
        'Strings/h_en.DLSTRINGS',
        'FOMOD/ModuleConfig.xml',
        'other/ModuleConfig.xml',
        'readme',
        '.gitignore',
        'k.bgsm',
      ].map((path) => [path, classify(path)]),
    ),
  ).toEqual({
    'A.ESP': 'plugin',
    'b.psc': 'script-source',
    'b.pex': 'script',
    'c.Dds': 'texture',
    'd.nif': 'mesh',
    'e.xwm': 'sound',
    'f.ba2': 'archive',
    'g.swf': 'interface',
    'Strings/h_en.DLSTRINGS': 'strings',
    'FOMOD/ModuleConfig.xml': 'fomod',
    'other/ModuleConfig.xml': 'text',
    readme: 'other',
    '.gitignore': 'text',
    'k.bgsm': 'other',
  });
});
