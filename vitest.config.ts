import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Node keeps what it has compiled, for the next run and for the processes that tests start.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/node', import.meta.url))

const all = '{test,packages/*/test}/**/*'
const [unit, browser] = [[`${all}.unit.test.ts`], [`${all}.browser.test.ts`]]

const common = {
  // Node runs the tests as it runs the service: no module is transformed or loaded twice.
  experimental: { viteModuleRunner: false, nodeLoader: false },
  isolate: false,
  // Real databases and processes on a busy machine; nothing here is timed.
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // What a page shows is waited for: a browser on a busy machine takes its time.
  expect: { poll: { timeout: 20_000 } },
} as const

const slow = {
  test: {
    ...common,
    name: 'slow',
    include: [`${all}.slow.test.ts`],
    globalSetup: ['test/support/server.ts'],
    testTimeout: 3_600_000,
  },
}

export default defineConfig({
  test: {
    maxWorkers: 2,
    globalSetup: ['test/support/contract-record.ts'],
    ...common,
    // A file's name says what it needs: nothing (`*.unit.test.ts`), a browser, or, without such a
    // word, a database. `*.slow.test.ts` are short among these, and measure in full on their own.
    projects: [
      { test: { ...common, name: 'unit', include: unit } },
      {
        test: {
          ...common,
          name: 'service',
          include: [`${all}.test.ts`],
          exclude: [...unit, ...browser],
          globalSetup: ['test/support/server.ts'],
        },
      },
      {
        test: {
          ...common,
          name: 'browser',
          include: browser,
          globalSetup: ['test/support/server.ts', 'test/docs/browser.ts'],
        },
      },
      ...(process.env.JANUS_SLOW ? [slow] : []),
    ],
  },
})
