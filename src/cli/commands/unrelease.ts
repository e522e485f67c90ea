import type { Command } from '../context.ts';
import { publishedLines } from './release.ts';

export const unrelease: Command<{ readonly version: string }> = async ({ version }, context) => {
  const { engine, projectId } = await context.openProject();
  const published = await engine.releases.withdraw(projectId, version, context.call);
  return { data: published, text: (paint) => publishedLines(published, paint).slice(1) };
};
