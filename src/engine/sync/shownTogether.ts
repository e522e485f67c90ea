import type { OnProgress, Progress } from '../../shared/progress.ts';

export interface ShownTogether {
  /** What one more transfer reports to. */
  begin(): OnProgress;
  /** Its transfer failed, and another does all of it again. */
  forget(part: OnProgress): void;
}

/** Several transfers at a time, shown as one. */
export function shownTogether(onProgress: OnProgress): ShownTogether {
  const parts = new Map<OnProgress, Progress>();
  const begin = () => {
    const part: OnProgress = (progress) => {
      parts.set(part, progress);
      const sum = (value: (part: Progress) => number) =>
        [...parts.values()].reduce((total, part) => total + value(part), 0);
      onProgress({
        phase: progress.phase,
        files: sum(({ files }) => files),
        totalFiles: sum(({ totalFiles = 0 }) => totalFiles),
        bytes: sum(({ bytes }) => bytes),
        totalBytes: sum(({ totalBytes = 0 }) => totalBytes),
      });
    };
    return part;
  };
  return { begin, forget: (part) => void parts.delete(part) };
}
