/** Options that several commands have, and how what people type is read. */
import { type Command as Commander, InvalidArgumentError, Option } from 'commander';
import { parseSize } from '../../shared/sizes.ts';

export function number(lowest: number, highest: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`It must be a number from ${lowest} to ${highest}.`);
  };
}

/** Of an option that may be given several times, or with commas in between. */
export const patterns = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text
    .split(',')
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== ''),
];

/** Of an option that may be given several times: `NAME=CHOICE`. */
export const choices =
  (allowed: readonly string[]) =>
  (text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => {
    const [, name = '', choice = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if ((before[name] ?? choice) !== choice)
      throw new InvalidArgumentError(`${name} is chosen twice: ${before[name]} and ${choice}.`);
    if (allowed.includes(choice)) return { ...before, [name]: choice };
    throw new InvalidArgumentError(`Write it as NAME=CHOICE, with one of: ${allowed.join(', ')}.`);
  };

export const partsOptions = (command: Commander): Commander =>
  command
    .addOption(
      new Option('--only <pattern>', 'have these assets only; the others stay pointers').argParser(patterns),
    )
    .addOption(new Option('--without <pattern>', 'leave these assets out').argParser(patterns));

export function byteSize(text: string): number {
  const size = parseSize(text);
  if (size !== undefined) return size;
  throw new InvalidArgumentError('It must be a size such as 10MB or 500KiB.');
}

export function httpUrl(text: string): string {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed && /^https?:$/.test(parsed.protocol)) return text.replace(/\/+$/, '');
  throw new InvalidArgumentError('It must be a URL such as http://relay.example:7460.');
}
