import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'server',
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
    // One real mongod for the whole run; each spec takes a database of its own from it.
    globalSetup: ['test/mongod.global.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
