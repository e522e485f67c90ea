/** Tests run the TypeScript sources; those that start processes run the built `dist`, which scripts/test.mjs makes first. */
export default {
  rootDir: '..',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'es6' },
        // beside the code, not in it: what a process has in memory, each start of another copies
        sourceMaps: true,
      },
    ],
  },
  testTimeout: 180_000,
  maxWorkers: 2,
  // modules of one test file stay in memory after it; with them, every start of a process takes longer, and in the end fails
  workerIdleMemoryLimit: '400MB',
  reporters: ['default', '<rootDir>/test/support/totalsReporter.mjs'],
};
