import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { name: 'pwa', include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'] },
});
