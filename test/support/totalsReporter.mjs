/**
 * Closes a run with one line that a machine can read: `N passed, N failed`. A file that did not even load counts as a failure.
 * What was skipped is said in the line before.
 */
export default class TotalsReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests > 0 ? `${results.numPendingTests} skipped\n` : '';
    this.lines = `${skipped}${results.numPassedTests} passed, ${failed} failed`;
    process.on('exit', () => process.stdout.write(`${this.lines}\n`));
  }
}
