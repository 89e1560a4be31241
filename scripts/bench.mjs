// Measures the hub beside the bare parts that it is made of. `--quick` takes seconds in place of minutes;
// `--full` sends frames with everything that an agent tells in place of the 18 values of the targets.
import { build } from './setup/build.mjs';
import { step } from './setup/terminal.mjs';

const seconds = process.argv.includes('--quick') ? 1 : 10;

if (process.argv.includes('--full')) process.env.BENCH_FRAME = 'full';

await build(['shared', 'server']);
const { bench } = await import('../bench/run.mjs');
const { inTables } = await import('../bench/table.mjs');
console.log(`\n${inTables(await bench(seconds, (what) => step(`Measuring: ${what}`)))}\n`);
