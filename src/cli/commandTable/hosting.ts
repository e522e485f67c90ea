/** Running a place for projects, and signing in at one. */
import { Option } from 'commander';
import { type Definition, define } from './definition.ts';
import { httpUrl, number, patterns } from './options.ts';

export const hosting: readonly Definition[] = [
  define({
    usage: 'serve [action] [dir]',
    summary: 'run a relay for a team',
    description: `Runs a relay: Git hosting, the asset store and live hints for a team, in one process and one data folder. It needs
git on this machine. The first start prints the owner's token, once. Ctrl-C stops it cleanly.

"backup DIR" copies all of it, while the relay runs; into a folder that has a backup, only what is new. "restore DIR" makes
a data folder of a backup. "verify" re-reads every object and asset. "gc" removes what nothing reaches any more, now: a relay
that runs does it by itself every day.`,
    examples: [
      ['modsync serve'],
      ['modsync serve --data /srv/modsync --host 0.0.0.0 --port 7460 --public-url https://mods.example'],
      ['modsync serve --config /etc/modsync/relay.json'],
      ['modsync serve backup /mnt/backup/modsync --data /srv/modsync', 'while the relay runs'],
      ['modsync serve restore /mnt/backup/modsync --data /srv/modsync-new'],
      ['modsync serve verify --data /srv/modsync'],
      ['modsync serve --port 0 --json', 'any free port; prints one line with the URL'],
    ],
    configure: (command) => {
      command.registeredArguments[0]?.choices(['backup', 'restore', 'verify', 'gc']);
      return command
        .option('--config <file>', 'settings in JSON; the options here come before it')
        .option('--data <dir>', 'where projects are kept; a folder in MODSYNC_HOME unless given')
        .option('--host <address>', 'the address to listen on; 127.0.0.1 unless given')
        .addOption(
          new Option('--port <number>', '7460 unless given; 0: any free one').argParser(number(0, 65_535)),
        )
        .option('--tls-cert <file>', 'a certificate, in PEM: the relay speaks HTTPS')
        .option('--tls-key <file>', 'its key')
        .addOption(
          new Option(
            '--trusted-proxy <networks>',
            'whose X-Forwarded-* headers are believed, such as loopback or 10.0.0.0/8',
          ).argParser(patterns),
        )
        .addOption(
          new Option('--public-url <url>', 'how others reach it, when it is behind a proxy').argParser(
            httpUrl,
          ),
        )
        .addOption(
          new Option('--log <level>', 'structured lines on stderr').choices([
            'silent',
            'error',
            'warn',
            'info',
            'debug',
          ]),
        )
        .addOption(
          new Option(
            '--grace <days>',
            'of gc: how long something stays that nothing reaches; 14 unless given',
          ).argParser(number(0, 36_500)),
        );
    },
    load: async () => (await import('../commands/serve.ts')).serve,
  }),
  define({
    usage: 'login <url>',
    summary: 'sign in at a relay, or at GitHub',
    description: `Checks a token with the relay and keeps it, readable by you only. Without --token it asks for it, or reads it from
standard input.

"login github" does so at GitHub. Where GITHUB_TOKEN is set or the gh tool is signed in, it is not needed. With the client
id of an OAuth app, it shows a code to type in the browser instead of asking for a token.`,
    examples: [
      ['modsync login http://relay.example:7460 --token ms_…'],
      ['modsync login http://relay.example:7460 < token.txt'],
      ['modsync login github < token.txt'],
      ['modsync login github --client-id Iv1.0123456789abcdef', 'by a code in the browser'],
      ['modsync login github --endpoint https://github.example', 'GitHub Enterprise'],
    ],
    configure: (command) =>
      command
        .option('--token <token>', 'the token; others on this machine may see it in the list of processes')
        .addOption(
          new Option('--endpoint <url>', "of GitHub Enterprise; github.com's unless given").argParser(
            httpUrl,
          ),
        )
        .option('--client-id <id>', 'of an OAuth app at GitHub; MODSYNC_GITHUB_CLIENT_ID unless given'),
    load: async () => (await import('../commands/login.ts')).login,
  }),
];
