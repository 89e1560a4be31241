import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './places.js';

/** These tests run what `npm run build` made, exactly as people would. */
export default function setup(): void {
  const missing = ['shared/dist', 'agent/dist/main.js', 'server/dist/main.js', 'pwa/dist/index.html'].filter(
    (path) => !existsSync(join(ROOT, path)),
  );
  if (missing.length > 0) throw new Error(`run "npm run build" first: there is no ${missing.join(', ')}`);
}
