const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Those of the host page. */
export const RANGES = [
  ['15 min', 15 * MINUTE],
  ['1 h', HOUR],
  ['6 h', 6 * HOUR],
  ['24 h', DAY],
  ['7 d', 7 * DAY],
  ['30 d', 30 * DAY],
  ['90 d', 90 * DAY],
  ['1 year', 365 * DAY],
];
/** A page asks for its charts at once. */
export const PAGE_METRICS = [
  ...['cpu.usage', 'cpu.user', 'cpu.system', 'cpu.iowait'],
  ...['ram.usage', 'ram.used', 'swap.usage', 'disk.usage', 'disk.used'],
  ...['device.read', 'device.write', 'device.busy', 'interface.in', 'interface.out', 'service.memory'],
];

/** A year of one host, and how long each range of its page takes to answer. */
export async function measureRanges(hub, db, report) {
  report('a year of one host: 30 days by the second, 60 by the minute, the rest by ten minutes');
  const filled = await hub.ask('fillYear');
  report('each range of its page');
  const ranges = await hub.ask('queryRanges', { ...filled, ranges: RANGES, metrics: PAGE_METRICS });
  return { filled, ranges, tiers: await bytesByTier(db, filled.hostId) };
}

/** Of one host and day, in bytes on disk, indexes included. */
async function bytesByTier(db) {
  await db.admin().command({ fsync: 1 });
  const tiers = [];
  for (const [tier, name, perDay] of [
    ['10m', 'rollups_10m', 144],
    ['1h', 'rollups_1h', 24],
    ['1d', 'rollups_1d', 1],
  ]) {
    const { storageSize, freeStorageSize, totalIndexSize, count } = await db.command({ collStats: name });
    tiers.push({ tier, bytes: ((storageSize - freeStorageSize + totalIndexSize) / count) * perDay });
  }
  return tiers;
}
