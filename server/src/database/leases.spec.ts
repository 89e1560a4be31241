import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../test/database.js';
import { Leases } from './leases.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let one: Leases;
let other: Leases;
beforeEach(async () => {
  database = await freshDatabase();
  [one, other] = [new Leases(database.connection), new Leases(database.connection)];
});
afterEach(() => database.drop());

describe('Leases', () => {
  it('are held by one hub, which may prolong them', async () => {
    expect(await one.hold('roll-ups', 60_000)).toBe(true);
    expect(await other.hold('roll-ups', 60_000)).toBe(false);
    expect(await one.hold('roll-ups', 60_000)).toBe(true);
    expect(await other.hold('migrations', 60_000)).toBe(true);
  });

  it('go to another hub when they were released, and not by a release of somebody else', async () => {
    await one.hold('roll-ups', 60_000);
    await other.release('roll-ups');
    expect(await other.hold('roll-ups', 60_000)).toBe(false);
    await one.release('roll-ups');
    expect(await other.hold('roll-ups', 60_000)).toBe(true);
  });

  it('go to another hub when their time is over', async () => {
    await one.hold('roll-ups', 50);
    await vi.waitFor(async () => expect(await other.hold('roll-ups', 60_000)).toBe(true), { interval: 20 });
    expect(await one.hold('roll-ups', 60_000)).toBe(false);
  });

  it('have one holder when all ask at once', async () => {
    const hubs = Array.from({ length: 20 }, () => new Leases(database.connection));
    const held = await Promise.all(hubs.map((hub) => hub.hold('roll-ups', 60_000)));
    expect(held.filter(Boolean)).toHaveLength(1);
  });
});
