import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/server.ts', 'test/support/contract-record.ts'],
    // Real databases and processes on a busy machine; nothing here is timed.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    isolate: false,
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // What a page shows is waited for: a browser on a busy machine takes its time.
    expect: { poll: { timeout: 20_000 } },
  },
})
