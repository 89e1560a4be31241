/**
 * `npm run bench`: measures the hub beside the bare parts that it is made of. `--quick` takes a second for each
 * measurement in place of ten; `--full` sends frames with everything that an agent tells in place of the 18 values of
 * the targets; `--markdown FILE` writes the document.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { build } from './setup/build.mjs';
import { giveUp, step } from './setup/terminal.mjs';

let values;
try {
  ({ values } = parseArgs({
    options: { quick: { type: 'boolean' }, full: { type: 'boolean' }, markdown: { type: 'string' } },
  }));
} catch (error) {
  giveUp(error.message, 'There are --quick, --full and --markdown FILE.');
}
const seconds = values.quick ? 1 : 10;
if (values.full) process.env.BENCH_FRAME = 'full';

await build(['shared', 'server']);
const { bench } = await import('../bench/run.mjs');
const { sectionsOf } = await import('../bench/sections.mjs');
const { asDocument, inTables } = await import('../bench/report.mjs');
const result = await bench(seconds, (what) => step(`Measuring: ${what}`));
const sections = sectionsOf(result);
console.log(`\n${inTables(sections)}\n`);
if (values.markdown) {
  const { mongodVersion } = result;
  await writeFile(values.markdown, asDocument(sections, { seconds, mongodVersion, now: new Date() }));
}
