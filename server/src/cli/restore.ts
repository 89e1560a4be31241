import { access, constants } from 'node:fs/promises';
import { abandonRestore, checkArchive, restore } from '../backup/restore.js';
import type { Config } from '../config/config.js';
import { UsageError, type Arguments } from './arguments.js';
import { inUnits } from './in-units.js';
import { say, withDatabase } from './with-database.js';

/** @throws UsageError, ArchiveError, RestoreError; then nothing has changed */
export async function runRestore(
  config: Config,
  asked: Extract<Arguments, { command: 'restore' }>,
): Promise<void> {
  if (asked.action === 'abandon') {
    await withDatabase(config, abandonRestore);
    return say('The restore is given up; the data is as it was before.');
  }
  const { file, action } = asked;
  await access(file, constants.R_OK).catch(() => {
    throw new UsageError(`${file} cannot be read`);
  });
  say(`Checking ${file}`);
  const { head, totals } = await checkArchive(file);
  const [documents, bytes] = [sum(totals.map(({ count }) => count)), sum(totals.map((total) => total.bytes))];
  say(`It is sound: Tocsin ${head.version}, ${head.at}, ${documents} documents, ${inUnits(bytes)} unpacked.`);
  if (action === 'check') return;
  await withDatabase(config, (connection) =>
    restore(connection, file, {
      replace: action === 'replace',
      loaded: ({ collection, count }) =>
        say(`  ${collection.padEnd(18)} ${String(count).padStart(9)} documents`),
    }),
  );
  say('Restored. Start the hub.');
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
