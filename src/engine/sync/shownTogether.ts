import type { OnProgress, Progress } from '../../shared/progress.ts';

/** Several transfers at a time, shown as one. @returns what the next of them reports to */
export function shownTogether(onProgress: OnProgress): () => OnProgress {
  const parts = new Map<OnProgress, Progress>();
  return () => {
    const report: OnProgress = (progress) => {
      parts.set(report, progress);
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
    return report;
  };
}
