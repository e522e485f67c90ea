import type { UnderWay } from './types.ts';

/** What stock Git is in the middle of, and how that ends; neither ends with a full stop. */
export const describeUnderWay = (doing: UnderWay): { readonly what: string; readonly mend: string } =>
  doing === 'conflict'
    ? {
        what: 'Git waits for conflicts to be resolved',
        mend: 'Resolve them and "git add" the files ("git status" names them)',
      }
    : { what: `Git is in the middle of a ${doing}`, mend: `Finish it (or "git ${doing} --abort")` };
