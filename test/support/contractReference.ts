/** docs/contract.md, from the contract's own schemas. */
import { z } from 'zod';
import {
  type Channel,
  channels,
  commandChannels,
  contract,
  electronChannel,
  events,
  windowChannels,
} from '../../src/shared/contract/index.ts';

/** The parts of JSON Schema that the contract's schemas come to. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly not?: unknown;
}

/** Texts with a meaning of their own, in words. */
const WORDS: Readonly<Record<string, string>> = {
  ProjectId: 'text: 3 to 64 of a-z, 0-9 and "-"',
  CommitId: 'text: 40 lowercase hex digits',
  BlobId: 'text: 40 lowercase hex digits',
  Oid: 'text: a SHA-256, 64 lowercase hex digits',
  DiskPath: 'text: an absolute path of the machine’s',
  ProjectPath: 'text: a path inside the project, with "/" between names',
  AssetPath: 'text: an absolute path, or one inside the project',
  SnapshotName:
    'text: `PROJECT:COMMIT`; where a project is said, also a name, or the beginning of a commit id',
};

const values = new Map<string, Schema>();

function schemaOf(schema: z.ZodType): Schema {
  // its own type of a JSON Schema is wider than what comes out of these
  const made = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input', cycles: 'ref' }) as Schema;
  for (const [name, value] of Object.entries(made.$defs ?? {})) values.set(name, value);
  return made;
}

const nameOf = ($ref: string) => $ref.replace('#/$defs/', '');
const linkTo = (name: string) => `[${name}](#${name.toLowerCase()})`;

/** @param link whether names of values lead to them */
function typeOf(schema: Schema, link: boolean): string {
  if (schema.$ref !== undefined) return link ? linkTo(nameOf(schema.$ref)) : nameOf(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(' \\| ');
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return either.map((each) => typeOf(each, link)).join(' \\| ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {}, link)}`;
  if (schema.type === 'object') return objectOf(schema, link);
  if (schema.type === 'string') return schema.format === 'date-time' ? 'time (ISO 8601)' : 'text';
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  if (schema.type === 'boolean') return 'true \\| false';
  return 'nothing';
}

function objectOf({ properties, additionalProperties, required = [] }: Schema, link: boolean): string {
  if (!properties && typeof additionalProperties === 'object')
    return `{ [name]: ${typeOf(additionalProperties, link)} }`;
  const members = Object.entries(properties ?? {}).map(
    ([name, value]) => `${name}${required.includes(name) ? '' : '?'}: ${typeOf(value, link)}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function callOf(channel: Channel): string[] {
  const {
    summary,
    takes,
    input,
    output,
    slow = false,
  } = contract[channel] as (typeof contract)[Channel] & {
    readonly slow?: boolean;
  };
  const { prefixItems = [] } = schemaOf(input);
  // every input of the contract is a tuple
  const { items } = (input as z.ZodTuple).def;
  const optional = items.map((item) => z.safeParse(item, undefined).success);
  const rows = takes.map(
    (name, at) =>
      `| \`${name}\`${optional[at] ? ' (optional)' : ''} | ${typeOf(prefixItems[at] ?? {}, true)} |`,
  );
  const isWindow = channel in windowChannels;
  return [
    `### ${channel}`,
    summary,
    '',
    `Engine: \`${channels[channel]}\`${isWindow ? ` · Electron: \`${electronChannel(channel)}\`, \`${preloadMethod(channel)}\`` : ''}${slow ? ' · reports progress, can be stopped' : ''}`,
    '',
    '| takes | |',
    '| --- | --- |',
    ...rows,
    `| **answers** | ${typeOf(schemaOf(output), true)} |`,
    '',
  ];
}

const preloadMethod = (channel: Channel) =>
  `cloudSync${channel
    .split('-')
    .map((word) => word[0]?.toUpperCase() + word.slice(1))
    .join('')}`;

export function contractReference(): string {
  values.clear();
  const isChannel = (name: string) => name as Channel; // a key of the two tables
  const windows = Object.keys(windowChannels).flatMap((name) => callOf(isChannel(name)));
  const commands = Object.keys(commandChannels).flatMap((name) => callOf(isChannel(name)));
  const told = Object.entries(events).flatMap(([name, schema]) => [
    `### ${name}`,
    '',
    `${typeOf(schemaOf(schema), true)}`,
    '',
  ]);
  const named = [...values]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, schema]) => [`### ${name}`, ...valueLines(name, schema), '']);
  return `${[
    '# The contract',
    '',
    'What other programs may call of an engine: a mod tool’s windows by Electron’s channels (the first part), the',
    'commands and other processes of this machine by the owner’s local socket (all of it). This page is made from',
    '`src/shared/contract/`; a test compares the two, and `MODSYNC_WRITE_DOCS=1 npm test -- test/docs.test.ts` writes it anew.',
    '',
    'Each call is answered with `{ success: true, data }` or `{ success: false, error: { code, message } }`. What a call',
    'takes is JSON: a member is there or it is not, and `null` in the place of an argument counts as left out. Input that',
    'does not fit is `INVALID_INPUT`; its message lists all faults. Names that a schema does not know are faults too.',
    '',
    '## For windows, commands and tools',
    '',
    ...windows,
    '## For commands and tools',
    '',
    ...commands,
    '## Events',
    '',
    'Windows hear changes as `{ subscriptionId, change }` by `window.electron.onCloudSyncChange`.',
    '',
    ...told,
    '## Values',
    '',
    ...named,
  ]
    .join('\n')
    .trimEnd()}\n`;
}

function valueLines(name: string, schema: Schema): string[] {
  const words = WORDS[name];
  if (words !== undefined) return [words];
  if (!schema.properties) return [typeOf(schema, true)];
  const { properties, required = [] } = schema;
  return [
    '',
    '| | |',
    '| --- | --- |',
    ...Object.entries(properties).map(
      ([member, value]) =>
        `| \`${member}\`${required.includes(member) ? '' : ' (optional)'} | ${typeOf(value, true)} |`,
    ),
  ];
}
