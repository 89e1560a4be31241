import { access, constants, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/config.js';
import { inUnits } from '../../cli/in-units.js';
import type { Check } from '../check.js';
import { error, ok, warning } from '../finding.js';

const OTHERS = 0o077;

export const dataFolder: Check<Pick<Config, 'dataDir'>> = {
  name: 'data folder',
  async look({ dataDir }) {
    try {
      await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (failure) {
      const { code } = failure as NodeJS.ErrnoException;
      if (code === 'ENOENT') return ok(`${dataDir} is not there yet; the hub makes it.`);
      return error(
        `${dataDir} cannot be written by this user (${code}).`,
        'Run as the user of the hub, or give that user the folder: chown -R.',
      );
    }
    const inside = join(dataDir, 'mongodb');
    const open = await stat(inside).then(
      ({ mode }) => (mode & OTHERS) !== 0,
      () => false,
    );
    if (open)
      return warning(`Other users of this machine can look into ${inside}.`, `Run: chmod 700 ${inside}`);
    const { bsize, bavail } = await statfs(dataDir);
    return ok(`${dataDir}, ${inUnits(bsize * bavail)} free.`, { dataDir, freeBytes: bsize * bavail });
  },
};
