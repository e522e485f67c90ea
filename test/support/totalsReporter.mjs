/** Closes a run with one line that a machine can read: `N passed, N failed`. A file that did not even load counts as a failure. */
export default class TotalsReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
    this.line = `${results.numPassedTests} passed, ${failed} failed${skipped}`;
    process.on('exit', () => process.stdout.write(`${this.line}\n`));
  }
}
