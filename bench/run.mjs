import { setTimeout as wait } from 'node:timers/promises';
import { Child } from './child.mjs';
import { frameSource } from './frame.mjs';
import { startHub } from './hub-process.mjs';
import { measureCurve } from './curve.mjs';
import { bareInserts, bytesPerSample, startMongodb } from './mongodb.mjs';
import { measureRanges } from './ranges.mjs';
import { measureStorage } from './storage.mjs';

const AGENTS = 1_000;
const DASHBOARDS = 20;
const BROADCASTS = 5_000;
/** Frames of each agent on their way in the flood; the acknowledgements come twice a second. */
const WINDOW = 18;
const NOTHING = { store: false, evaluate: false, publish: false };
const ALL = { store: true, evaluate: true, publish: true };
/** What a frame passes through besides being accepted. */
const STAGES = {
  accept: NOTHING,
  evaluate: { ...NOTHING, evaluate: true },
  store: { ...NOTHING, store: true },
  publish: { ...NOTHING, publish: true },
  all: ALL,
};
/** Frames of each agent per second while the stages are compared. */
const STAGE_PER_SECOND = 10;
/** So long the code runs before anything of the hub is measured. */
const WARM_UP_SECONDS = 2;

/** Measures everything once. `seconds` is the length of each measurement. */
export async function bench(seconds, report) {
  const mongodb = await startMongodb(report);
  const load = new Child('load.mjs');
  try {
    report('a bare insertMany');
    const inserts = await bareInserts(mongodb.db, frameSource(), seconds / 2);
    report('a bare Socket.IO echo');
    const echo = await measureEcho(load, seconds);
    const hub = await measureHub(mongodb, load, seconds, report);
    const { version: mongodVersion } = await mongodb.db.admin().serverInfo();
    return {
      mongodVersion,
      storage: await measureStorage(mongodb, report),
      inserts,
      echo,
      ...hub,
      curve: await measureCurve(mongodb, load, seconds, report),
    };
  } finally {
    await load.end();
    await mongodb.stop();
  }
}

async function measureEcho(load, seconds) {
  const echo = new Child('echo.mjs');
  try {
    const url = await echo.ask('url');
    await load.ask('connect', { url, keys: Array(DASHBOARDS).fill('') });
    const broadcast = await echo.ask('broadcast', { messages: BROADCASTS, frame: frameSource()(Date.now()) });
    await load.ask('leave');
    const storm = await connectStorm(echo, load, { url, keys: Array(AGENTS).fill('') });
    await load.ask('floodEcho');
    const result = await rate(echo, seconds);
    await load.ask('leave');
    return { ...result, broadcast, storm };
  } finally {
    await echo.end();
  }
}

/** How long it takes until all are connected, in ms, and what each costs the server, in CPU µs. */
async function connectStorm(server, load, { url, keys }) {
  const before = await server.ask('mark');
  const ms = await load.ask('connect', { url, keys });
  const after = await server.ask('mark');
  return { ms, cpu: (after.cpu - before.cpu) / keys.length };
}

async function measureHub(mongodb, load, seconds, report) {
  const hub = startHub(mongodb.uri);
  try {
    report(`${AGENTS} agents connect`);
    const { url, token, keys, hostIds } = await hub.ask('prepare', { hosts: AGENTS + 1 });
    const quiet = hostIds.pop();
    await hub.ask('parts', NOTHING);
    const storm = await connectStorm(hub, load, { url, keys: keys.slice(0, AGENTS) });
    await load.ask('watch', { url, token, hostIds: hostIds.slice(0, DASHBOARDS) });

    await hub.ask('parts', ALL);
    await load.ask('pace', { seconds: WARM_UP_SECONDS, perSecond: STAGE_PER_SECOND });
    report(`${AGENTS} frames a second`);
    const before = { hub: await hub.ask('mark'), mongod: await mongodb.cpu() };
    const paced = await load.ask('pace', { seconds: 2 * seconds });
    const after = { hub: await hub.ask('mark'), mongod: await mongodb.cpu() };
    const cpu = after.hub.cpu - before.hub.cpu;
    Object.assign(paced, {
      cpu: cpu / paced.sent,
      core: cpu / 1000 / (after.hub.at - before.hub.at),
      rss: after.hub.rss,
      mongod: (after.mongod - before.mongod) / paced.sent,
    });

    const stages = {};
    report('as many frames as the hub takes');
    const all = await flood(hub, load, ALL, seconds);
    const accept = await flood(hub, load, NOTHING, seconds);
    for (const [name, parts] of Object.entries(STAGES)) {
      report(`${AGENTS * STAGE_PER_SECOND} frames a second: ${name}`);
      stages[name] = await paceStage(hub, load, parts, seconds);
    }
    stages.accept.perSecond = accept.perSecond;
    stages.all.perSecond = all.perSecond;
    await load.ask('leave');

    report('a day of one host');
    await hub.ask('fillDay', { hostId: quiet });
    const day = await hub.ask('queryDay', { hostId: quiet });
    const disk = await bytesPerSample(mongodb.db);
    const year = await measureRanges(hub, mongodb.db, report);
    await hub.ask('stop');
    return { stages, paced, day, disk, storm, year };
  } finally {
    await hub.end();
  }
}

/** CPU µs per frame at a pace that is the same for all stages. */
async function paceStage(hub, load, parts, seconds) {
  await hub.ask('parts', parts);
  const before = await hub.ask('mark');
  await load.ask('pace', { seconds, perSecond: STAGE_PER_SECOND });
  const after = await hub.ask('mark');
  return { cpu: (after.cpu - before.cpu) / (after.frames - before.frames) };
}

async function flood(hub, load, parts, seconds) {
  await hub.ask('parts', parts);
  await load.ask('flood', { window: WINDOW });
  await wait(1_000);
  const result = await rate(hub, seconds);
  await load.ask('rest');
  return result;
}

/** Frames per second and CPU µs per frame of a process. */
async function rate(child, seconds) {
  const before = await child.ask('mark');
  await wait(seconds * 1000);
  const after = await child.ask('mark');
  const frames = after.frames - before.frames;
  return { perSecond: (frames / (after.at - before.at)) * 1000, cpu: (after.cpu - before.cpu) / frames };
}
