/** What `README.md` and `docs/` say must be there: links lead somewhere, and the quick reference knows every command. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { Command } from 'commander';
import { commands, type Definition } from '../src/cli/commandTable/index.ts';
import { EXIT } from '../src/cli/exit.ts';
import { relayRoutes } from '../src/shared/wire/relay.ts';
import { contractReference } from './support/contractReference.ts';

const pages = ['README.md', ...readdirSync('docs').map((name) => `docs/${name}`)].filter((path) =>
  path.endsWith('.md'),
);
const read = (path: string) => readFileSync(path, 'utf8');
const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

/** As GitHub makes them. */
const anchorsOf = (path: string) =>
  [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );

const linksOf = (page: string) =>
  [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
const targetOf = (page: string, link: string) => {
  const [file = ''] = link.split('#');
  return file === '' ? page : normalize(`${dirname(page)}/${file}`).replaceAll('\\', '/');
};

test.each(pages)('every link in %s leads somewhere', (page) => {
  const broken = linksOf(page).filter((link) => {
    if (/^https?:/.test(link)) return false;
    const target = targetOf(page, link);
    const anchor = link.split('#')[1];
    return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
  });
  expect(broken).toEqual([]);
});

test('every page in docs can be reached from the README', () => {
  const reached = new Set(['README.md']);
  for (const page of reached)
    for (const link of linksOf(page)) {
      const target = targetOf(page, link);
      if (pages.includes(target)) reached.add(target);
    }
  expect(pages.filter((page) => !reached.has(page))).toEqual([]);
});

describe('the quick reference', () => {
  const reference = read('docs/quick-reference.md');
  const sections = new Map(
    reference
      .split(/^(?=##)/m)
      .map((section) => [/^### `modsync ([^`]+)`/.exec(section)?.[1], section] as const),
  );
  const optionsOf = ({ usage, configure }: Definition) => {
    const command = new Command().command(usage);
    configure?.(command);
    return command.options.map(({ flags }) => flags);
  };

  test.each(commands.map((command) => [command.usage, command] as const))(
    'has modsync %s',
    (usage, command) => {
      const section = sections.get(usage) ?? '';
      expect(section).not.toBe('');
      const listed = [...section.matchAll(/^\| `(-[^`]+)` \|/gm)].map(([, flags]) => flags);
      expect(listed).toEqual(optionsOf(command));
      expect(section).toMatch(/^```sh\n.*modsync /m);
    },
  );

  test('has no command that is not there', () => {
    const known = commands.map(({ usage }) => usage);
    expect([...sections.keys()].filter((usage) => usage !== undefined && !known.includes(usage))).toEqual([]);
  });

  test('has every exit code', () => {
    const listed = reference.split('## Exit codes')[1] ?? '';
    for (const code of Object.values(EXIT))
      expect(listed).toMatch(new RegExp(`^\\| (\\d+, )*${code}\\b`, 'm'));
  });

  test('has every variable of the environment that is modsync’s own', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.ts'),
    );
    const used = sources.flatMap((path) =>
      [...read(join('src', path)).matchAll(/environment\.((?:MODSYNC|CLOUD_SYNC|AUTO_SYNC)_\w+)/g)].map(
        ([, name = '']) => name,
      ),
    );
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((name) => !reference.includes(`\`${name}\``))).toEqual([]);
  });
});

test('the protocol has every route of the relay', () => {
  const protocol = read('docs/protocol.md');
  const paths = Object.entries(relayRoutes).map(([name, route]) =>
    typeof route === 'string'
      ? route
      : (route as (...parts: string[]) => string)(
          'PROJECT',
          ...(name.startsWith('release')
            ? ['TAG', 'OID', 'NAME']
            : [name === 'formIdLease' ? 'LEASE' : 'OID']),
        ),
  );
  const said = paths.map((path) => path.replace('/join/PROJECT', '/join/CODE'));
  expect(said.filter((path) => !protocol.includes(path))).toEqual([]);
});

test('the contract’s page is what the contract says', () => {
  const page = 'docs/contract.md';
  const made = contractReference();
  if (process.env.MODSYNC_WRITE_DOCS) writeFileSync(page, made);
  expect(read(page)).toBe(made);
});
