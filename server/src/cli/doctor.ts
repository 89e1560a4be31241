import { ConfigError } from '../config/environment.js';
import { readConfig } from '../config/read-config.js';
import type { Config } from '../config/config.js';
import { examine, lookAround } from '../doctor/doctor.js';
import { error, type Finding, ok } from '../doctor/finding.js';
import { hasDatabase, withDatabase } from './with-database.js';

/** Prints what is found. @returns whether nothing is wrong; a warning is not */
export async function runDoctor(json: boolean): Promise<boolean> {
  const findings: Finding[] = [];
  const found = (more: Finding[]): void => {
    findings.push(...more);
    if (!json) process.stdout.write(more.map(lines).join(''));
  };
  const config = configIn(found);
  if (config !== undefined) {
    found(await lookAround(config));
    if (await hasDatabase(config)) await inside(config, found);
    else found([{ check: 'MongoDB', ...ok('There is no data yet; the first start of the hub makes it.') }]);
  }
  if (json) process.stdout.write(`${JSON.stringify({ findings }, null, 2)}\n`);
  return findings.every(({ status }) => status !== 'error');
}

function configIn(found: (more: Finding[]) => void): Config | undefined {
  try {
    const config = readConfig();
    const where = config.mongodbUri === undefined ? 'its own MongoDB' : 'the MongoDB of MONGODB_URI';
    found([{ check: 'configuration', ...ok(`It can be read; the hub works with ${where}.`) }]);
    return config;
  } catch (refusal) {
    if (!(refusal instanceof ConfigError)) throw refusal;
    found([{ check: 'configuration', ...error(refusal.message, 'Mend the variable that it names.') }]);
    return undefined;
  }
}

async function inside(config: Config, found: (more: Finding[]) => void): Promise<void> {
  try {
    await withDatabase(config, async (connection) =>
      found(await examine({ config, connection, now: Date.now() })),
    );
  } catch (failure) {
    const mend =
      config.mongodbUri === undefined
        ? 'Look into the log of the hub.'
        : 'Start it, or look at MONGODB_URI, the network and the password.';
    found([{ check: 'MongoDB', ...error(`It cannot be reached: ${(failure as Error).message}`, mend) }]);
  }
}

const lines = ({ check, status, message, mend }: Finding): string =>
  `${status.padEnd(8)} ${check.padEnd(14)} ${message}\n` + (mend ? `${' '.repeat(24)}Mend: ${mend}\n` : '');
