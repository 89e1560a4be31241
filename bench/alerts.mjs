import { setTimeout as wait } from 'node:timers/promises';
import { Child } from './child.mjs';
import { startHub } from './hub-process.mjs';
import { startMongodb } from './mongodb.mjs';

const MEASURED_S = 30;
const SETTLED_MS = 5_000;
/** After the hub is back: its grace time, the rule's, and half as much again. */
const WATCHED_MS = 60_000;
/** After all hosts went: the rule's ten seconds, and what it takes to tell of it. */
const TOLD_MS = 30_000;

/**
 * What a fleet's alarms do: how late they are at a dashboard, what a restart of the hub tells, and what it
 * tells when all hosts go at once.
 */
export async function measureAlerts({ hosts, rules }, report) {
  const mongodb = await startMongodb(report);
  const uri = mongodb.another('alerts');
  let hub = startHub(uri);
  const load = new Child('alert-load.mjs');
  try {
    report(`${hosts} hosts with ${rules} rules each`);
    const { url, token, keys, hostIds } = await hub.ask('prepare', { hosts });
    await hub.ask('alertRules', { count: rules });
    await load.ask('connect', { url, token, keys, hostIds });
    await load.ask('report');
    await wait(SETTLED_MS);
    report(`ten of them get into trouble each second, for ${MEASURED_S} s`);
    const late = await load.ask('measure', { seconds: MEASURED_S });
    await wait(TOLD_MS);
    const before = await hub.ask('told');

    report('the hub is killed and started again');
    await hub.kill();
    hub = startHub(uri, { port: new URL(url).port });
    while ((await load.ask('connected')) < hosts) await wait(200);
    await wait(WATCHED_MS);
    const restarted = await hub.ask('told');

    report('all hosts go at once');
    await load.ask('leave');
    await wait(TOLD_MS);
    const gone = await hub.ask('told');
    await hub.ask('stop');
    return { hosts, rules, late, before, restarted, gone };
  } finally {
    await load.end();
    await hub.end();
    await mongodb.stop();
  }
}
