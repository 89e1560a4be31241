import { Leases } from '../../database/leases.js';
import { isRecentEnough, OLDEST_MAJOR } from '../../database/embedded/binary/mongod-version.js';
import type { Check } from '../check.js';
import { error, ok, warning } from '../finding.js';

const WRITES = 5;
/** A frame is acknowledged after such a writing, and agents wait for that. */
const SLOW_MS = 250;
const CLOCKS_MS = 2_000;

export const mongodb: Check = {
  name: 'MongoDB',
  async look({ connection }) {
    const admin = connection.db!.admin();
    const [{ version }, hello] = await Promise.all([admin.serverInfo(), admin.command({ hello: 1 })]);
    if (!isRecentEnough(String(version)))
      return error(`It is version ${version}.`, `Use ${OLDEST_MAJOR} or later.`);
    if (hello['setName'] === undefined)
      return error(
        'It is no replica set, and Tocsin uses transactions.',
        'One member is enough: start it with --replSet rs0 and call rs.initiate() once.',
      );
    return ok(`Version ${version}, replica set ${hello['setName']}.`, { version, set: hello['setName'] });
  },
};

/** As the journal writes: on the disk of a majority. */
export const durableWrite: Check = {
  name: 'durable write',
  async look({ connection }) {
    const leases = new Leases(connection);
    const took: number[] = [];
    for (let i = 0; i < WRITES; i += 1) {
      const began = performance.now();
      await leases.hold('doctor', 1_000);
      took.push(performance.now() - began);
    }
    await leases.release('doctor');
    const median = Math.round(took.sort((a, b) => a - b)[Math.floor(WRITES / 2)]!);
    const message = `${median} ms until it is on disk (median of ${WRITES}).`;
    if (median <= SLOW_MS) return ok(message, { medianMs: median });
    return warning(message, 'Give MongoDB a faster disk, or look at what else uses it.', {
      medianMs: median,
    });
  },
};

export const clock: Check = {
  name: 'clock',
  async look({ connection }) {
    const asked = Date.now();
    const { localTime } = (await connection.db!.admin().command({ hello: 1 })) as unknown as {
      localTime: Date;
    };
    const off = Math.round(localTime.getTime() - (asked + Date.now()) / 2);
    if (Math.abs(off) <= CLOCKS_MS) return ok("MongoDB's clock and this one agree.", { offMs: off });
    return warning(`MongoDB's clock is ${off} ms from this one.`, 'Let both follow NTP.', { offMs: off });
  },
};
