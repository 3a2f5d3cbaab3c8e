import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    allowOnly: false,
    pool: 'forks',
    maxWorkers: '100%',
    // only a hang takes so long, on a busy machine too
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'server',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/journeys/**'],
          // a worker loads the server, compiles the templates and runs the migrations once for all its files
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          include: ['tests/journeys/**/*.test.ts'],
          globalSetup: 'tests/support/browser/shared-browser.ts',
          setupFiles: 'tests/support/browser/journey-setup.ts',
          // a browser fills the machine: two at a time, and after the rest
          maxWorkers: 2,
          // a machine that others share may starve a browser for seconds; a second try is told in the report
          retry: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
