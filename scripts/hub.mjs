/** `npm run hub -- COMMAND`: a command of the hub, on the data and with the settings of `npm start`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './setup/run.mjs';
import { settings } from './setup/settings.mjs';

const built = join(ROOT, 'server/dist/cli/main.js');
if (!existsSync(built)) {
  console.error('The hub is not built yet: run "npm run build" first.');
  process.exit(1);
}
Object.assign(process.env, settings().hub);
const { main } = await import(built);
await main(process.argv.slice(2));
