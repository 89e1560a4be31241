import { setTimeout as wait } from 'node:timers/promises';
import { startHub } from './hub-process.mjs';

/** So many fleets are measured, each with a hub of its own. */
export const FLEETS = [10, 100, 1_000, 5_000];
const DASHBOARDS = 20;
/** Code that ran ten thousand times is as quick as it gets; no agent may send more than this in a second. */
const WARM_UP_FRAMES = 10_000;
const WARM_UP_SECONDS = 5;
const WARM_UP_PER_SECOND = 36;
const OVERVIEWS = 20;
const FLAT = 0.2;

/**
 * What a hub costs for fleets of several sizes at one frame a second, and for nobody at all.
 */
export async function measureCurve(mongodb, load, seconds, report) {
  const fleets = [];
  const idle = await withHub(mongodb, 0, async (hub) => {
    report('a hub without hosts');
    return measure(hub, mongodb, () => wait(seconds * 1_000));
  });
  for (const hosts of FLEETS) {
    report(`a fleet of ${hosts}`);
    fleets.push(
      await withHub(mongodb, hosts, (hub) => measureFleet(hub, mongodb, load, hosts, seconds, idle)),
    );
  }
  return { idle, fleets, ...spreadOf(fleets) };
}

async function withHub(mongodb, hosts, measured) {
  const hub = startHub(mongodb.another(`fleet-${hosts}`));
  try {
    return await measured(hub);
  } finally {
    await hub.ask('stop');
    await hub.end();
  }
}

async function measureFleet(hub, mongodb, load, hosts, seconds, idle) {
  const { url, token, keys, hostIds } = await hub.ask('prepare', { hosts });
  await hub.ask('parts', { store: true, evaluate: true, publish: true });
  const before = await hub.ask('mark');
  const connectedWithin = await load.ask('connect', { url, keys });
  const connected = await hub.ask('mark');
  const dashboards = Math.min(DASHBOARDS, hosts);
  await load.ask('watch', { url, token, hostIds: hostIds.slice(0, dashboards) });
  const perSecond = Math.min(WARM_UP_PER_SECOND, Math.ceil(WARM_UP_FRAMES / hosts / WARM_UP_SECONDS));
  await load.ask('pace', { seconds: WARM_UP_SECONDS, perSecond });
  const measured = await measure(hub, mongodb, () => load.ask('pace', { seconds }));
  const closed = await hub.ask('mark');
  const overviewBytes = await load.ask('openOverview', { url, token, times: OVERVIEWS });
  const opened = await hub.ask('mark');
  const { sent, shown, acked, surveyed } = measured.result;
  await load.ask('leave');
  return {
    hosts,
    cpu: measured.cpu / sent,
    /** Of a second, in µs. */
    cpuPerSecond: (measured.cpu / measured.ms) * 1_000,
    framesPerSecond: (sent / measured.ms) * 1_000,
    core: measured.cpu / 1_000 / measured.ms,
    mongod: measured.mongod / sent,
    rss: measured.rss,
    rssPerHost: (measured.rss - idle.rss) / hosts,
    connectMs: connectedWithin,
    connectCpu: (connected.cpu - before.cpu) / hosts,
    overviewBytes,
    overviewCpu: (opened.cpu - closed.cpu) / OVERVIEWS,
    ...{ shown, acked, surveyed },
  };
}

/** CPU in µs, of the hub and of mongod, while something goes on. */
async function measure(hub, mongodb, goOn) {
  const before = { hub: await hub.ask('mark'), mongod: await mongodb.cpu() };
  const result = await goOn();
  const after = { hub: await hub.ask('mark'), mongod: await mongodb.cpu() };
  return {
    result,
    cpu: after.hub.cpu - before.hub.cpu,
    ms: after.hub.at - before.hub.at,
    mongod: after.mongod - before.mongod,
    rss: after.hub.rss,
  };
}

/** What one more frame costs, in CPU µs: from each size of fleet to the next one. */
export function furtherFrames(fleets) {
  return fleets.map((fleet, i) => {
    if (i === 0) return undefined;
    const smaller = fleets[i - 1];
    return (fleet.cpuPerSecond - smaller.cpuPerSecond) / (fleet.framesPerSecond - smaller.framesPerSecond);
  });
}

/** How far that is apart, from 100 hosts on: with ten there is next to nothing to measure. */
function spreadOf(fleets) {
  const costs = furtherFrames(fleets).filter((_, i) => i > 0 && fleets[i - 1].hosts >= 100);
  const spread = Math.max(...costs) / Math.min(...costs) - 1;
  return { spread, flat: spread <= FLAT };
}
