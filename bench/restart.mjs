import { setTimeout as wait } from 'node:timers/promises';
import { startHub } from './hub-process.mjs';
import { startMongodb } from './mongodb.mjs';
import { FleetCounts } from './simulate/live-agent.mjs';
import { Fleet } from './simulate/fleet.mjs';
import { SimulatedHost } from './simulate/simulated-host.mjs';

const INTERVAL_MS = 1_000;
/** Before the hub is killed, all have reported for so long. */
const SETTLED_MS = 10_000;
/** After they are back: the hub's grace time, the rule's, and as much again. */
const WATCHED_MS = 60_000;
const LOOK_EVERY_MS = 20;

/**
 * Kills the hub of a fleet and starts it again at the same address. The agents come back by the policy of the
 * real agent, simulated ones that never fail by themselves.
 *
 * @returns times in ms since the new hub was started: until it answered, until half and all of the agents
 *   were connected, until all that had waited was acknowledged; and how many incidents there were
 */
export async function measureRestart(hosts, report) {
  const mongodb = await startMongodb(report);
  const uri = mongodb.another('restart');
  let hub = startHub(uri);
  const fleetEnds = new AbortController();
  try {
    report(`${hosts} hosts are made`);
    const { url, keys } = await hub.ask('prepare', { hosts });
    const counts = new FleetCounts();
    const fleet = new Fleet(new Map(keys.map((key, n) => [upForEver(n), { key }])), {
      ...{ hub: url, intervalMs: INTERVAL_MS, counts },
    });
    const running = fleet.run(fleetEnds.signal);
    report(`${hosts} agents connect`);
    await until(() => counts.connected === hosts);
    await wait(SETTLED_MS);
    const before = await hub.ask('incidents');

    report('the hub is killed and started again');
    await hub.kill();
    const begun = performance.now();
    const passed = () => performance.now() - begun;
    hub = startHub(uri, { port: new URL(url).port });
    await until(() => counts.connected === 0);
    const answered = hub.ask('mark').then(passed);
    await until(() => counts.connected >= hosts / 2);
    const half = passed();
    await until(() => counts.connected === hosts);
    const all = passed();
    // A second of all hosts is always on its way.
    await until(() => fleet.waiting <= 2 * hosts);
    const caughtUp = passed();
    report('who rings in the minute after that');
    await wait(WATCHED_MS);
    const after = await hub.ask('incidents');
    const { refused, dropped } = counts;
    fleetEnds.abort();
    await running;
    await fleet.leave();
    await hub.ask('stop');
    return { hosts, answered: await answered, half, all, caughtUp, before, after, refused, dropped };
  } finally {
    fleetEnds.abort();
    await hub.end();
    await mongodb.stop();
  }
}

/** Believable in what it reports, but never down: whatever rings is false. */
function upForEver(n) {
  const host = new SimulatedHost(n);
  host.lifeAt = () => ({ state: 'up', boot: 0, bootedAt: 0 });
  return host;
}

async function until(holds) {
  while (!holds()) await wait(LOOK_EVERY_MS);
}
