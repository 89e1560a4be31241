/** `npm start [-- --demo]`: sets up what is missing, then runs hub, MongoDB, PWA and an agent here. */
import { parseArgs } from 'node:util';
import { build } from './setup/build.mjs';
import { dependencies } from './setup/dependencies.mjs';
import { Processes } from './setup/processes.mjs';
import { startStack } from './setup/stack.mjs';

const { values } = parseArgs({ options: { demo: { type: 'boolean', default: false } } });

await dependencies();
await build();
await startStack(new Processes(), { demo: values.demo, execArgv: [] });
