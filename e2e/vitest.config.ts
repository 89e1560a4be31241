import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'e2e',
    include: ['e2e/*.e2e.ts'],
    globalSetup: ['e2e/support/built.global.ts'],
    // Times are measured here: one hub, one browser at a time.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
