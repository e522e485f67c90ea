import type { Command } from '../context.ts';
import { arrivedText, folderNameFor, type PartsOptions, partsFrom } from './clone.ts';

export interface JoinOptions {
  readonly invite: string;
  readonly dir?: string;
}

export const join: Command<JoinOptions & PartsOptions> = async ({ invite, dir, ...options }, context) => {
  const engine = await context.engine();
  const here = await context.folder();
  const folder =
    dir === undefined ? (name: string) => `${here}/${folderNameFor(name)}` : await context.pathFrom(dir);
  const result = await engine.joinProject(invite, folder, {
    ...context.call,
    parts: partsFrom(options),
  });
  return { data: result, text: (paint) => arrivedText(result, paint), warnings: result.warnings ?? [] };
};
