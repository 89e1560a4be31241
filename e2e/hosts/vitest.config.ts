import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'hosts',
    root: import.meta.dirname,
    include: ['*.e2e.ts'],
    globalSetup: ['../support/built.global.ts', 'harness/lab.global.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', ['json', { outputFile: '../../test-results/hosts.json' }]],
  },
});
