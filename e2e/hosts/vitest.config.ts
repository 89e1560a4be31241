import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'hosts',
    include: ['e2e/hosts/*.e2e.ts'],
    globalSetup: ['e2e/support/built.global.ts', 'e2e/hosts/harness/lab.global.ts'],
    setupFiles: ['e2e/hosts/harness/remove-hosts.setup.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
