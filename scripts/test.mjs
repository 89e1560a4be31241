/** `npm test`: sets up what is missing, then runs every test that needs no root. */
import { browser } from './setup/browser.mjs';
import { build } from './setup/build.mjs';
import { dependencies } from './setup/dependencies.mjs';
import { testPrograms } from './setup/programs.mjs';
import { step } from './setup/terminal.mjs';
import { vitest } from './setup/vitest.mjs';

await dependencies();
await build();
await testPrograms();
const chromium = await browser();

step('Unit and integration tests (MongoDB is started for them)');
const inside = await vitest('inside', []);
step('End-to-end tests in Chromium');
const outside = await vitest('browser', ['--config', 'e2e/vitest.config.ts'], { CHROMIUM_PATH: chromium });

const failed = inside.failed + outside.failed;
console.log(`\n${inside.passed + outside.passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
