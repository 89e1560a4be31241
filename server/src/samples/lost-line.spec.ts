import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { throughLine } from '../../test/cut-off.js';
import { freshDatabase } from '../../test/database.js';
import { BOOT, hostId, TENANT } from '../../test/samples.js';
import { Journal } from './journal.js';
import { MinuteStore } from './minute-store.js';
import { layoutOf, storedSeries } from './packing/stored-layout.js';

const MINUTE = 60_000;
const layout = layoutOf([storedSeries('cpu.usage', undefined, 0.1)]);
const sample = { bootId: BOOT, seq: 0, t: 0, layout, steps: [1] };

let database: Awaited<ReturnType<typeof freshDatabase>>;
let line: Awaited<ReturnType<typeof throughLine>>;
beforeEach(async () => {
  database = await freshDatabase();
  line = await throughLine(database.uri);
});
afterEach(async () => {
  await line.connection.close(true);
  await database.drop();
});

describe('a line to MongoDB that is lost while samples are written', () => {
  it('leaves minutes unwritten, and says so', async () => {
    const store = new MinuteStore(line.connection);
    await store.createIndexes();
    await line.cut();
    const minute = { tenantId: TENANT, hostId: hostId(0), minute: 0, samples: [sample] };
    await expect(store.write([minute, { ...minute, minute: MINUTE }])).rejects.toThrow();
  });

  it('leaves frames unacknowledged', async () => {
    const warnings: string[] = [];
    const logger = { warn: (text: string) => warnings.push(text), error: () => {} };
    const journal = new Journal(line.connection, logger);
    await line.cut();
    let durable = 0;
    journal.append({ tenantId: TENANT, hostId: hostId(0), sample }, () => (durable += 1), 0);
    await expect(journal.close()).rejects.toThrow();
    expect(durable).toBe(0);
  });
});
