// The agents and the dashboard of the bench of alerts, in a process of their own.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { answer } from './child.mjs';
import { facts, frameSource } from './frame.mjs';
import { percentile } from './usage.mjs';

const AT_ONCE = 50;
const SECOND_MS = 1_000;
/** So many hosts get into trouble each second, for so many frames. */
const TROUBLED = 10;
const TROUBLE_FRAMES = 3;

let agents = [];
let dashboard;
let reporting;
/** From sending the frame that completes the rule's time to the incident at the dashboard, in ms. */
let late = [];
let heard = 0;

/** Its CPU is calm unless it is in trouble, so that what rings is known. */
class Agent {
  #next = frameSource();
  #trouble = 0;
  /** When each frame was sent, by the hub's clock, which is this machine's. */
  sent = [];

  constructor(socket, hostId) {
    this.socket = socket;
    this.hostId = hostId;
  }

  getIntoTrouble() {
    if (this.#trouble === 0) this.#trouble = TROUBLE_FRAMES;
  }

  report() {
    const frame = this.#next(Date.now());
    frame.cpu.usage = this.#trouble > 0 ? 99 : 20;
    if (this.#trouble > 0) this.#trouble -= 1;
    this.sent.push(Date.now());
    if (this.sent.length > 5) this.sent.shift();
    this.socket.emit('frame', frame);
  }
}

async function open(url, auth, options = {}) {
  const socket = io(url, {
    ...{ auth, transports: ['websocket'], forceNew: true, perMessageDeflate: false },
    ...{ reconnectionDelay: 200, reconnectionDelayMax: 1_000, ...options },
  });
  await once(socket, 'connect');
  return socket;
}

async function connect({ url, keys, hostIds, token }) {
  for (let at = 0; at < keys.length; at += AT_ONCE) {
    const some = keys.slice(at, at + AT_ONCE).map(async (key, i) => {
      const agent = facts(randomBytes(8).toString('hex'));
      return new Agent(await open(`${url}/agent`, { key, protocol: 1, agent }), hostIds[at + i]);
    });
    agents.push(...(await Promise.all(some)));
  }
  const byId = new Map(agents.map((agent) => [agent.hostId, agent]));
  dashboard = await open(`${url}/live`, { token });
  dashboard.on('incident', (incident) => {
    const now = Date.now();
    if (incident.status !== 'open' || incident.metric !== 'cpu.usage') return;
    heard += 1;
    // The frame that opened it is the last one sent before it did.
    const sentAt = byId.get(incident.hostId).sent.findLast((at) => at <= incident.openedAt);
    if (sentAt !== undefined && now - incident.openedAt < 10 * SECOND_MS) late.push(now - sentAt);
  });
  await dashboard.emitWithAck('watchOverview', {});
}

/** All report once a second, spread over it. */
function report() {
  let second = 0;
  agents.forEach((agent, n) => {
    setTimeout(() => setInterval(() => agent.report(), SECOND_MS), (n / agents.length) * SECOND_MS);
  });
  reporting = setInterval(() => {
    second += 1;
    for (let n = 0; n < TROUBLED; n += 1) agents[(second * TROUBLED + n) % agents.length].getIntoTrouble();
  }, SECOND_MS);
}

async function measure({ seconds }) {
  late = [];
  heard = 0;
  await wait(seconds * SECOND_MS);
  clearInterval(reporting);
  // What is in trouble now gets out of it.
  await wait((TROUBLE_FRAMES + 3) * SECOND_MS);
  return { incidents: heard, p50: percentile(late, 0.5), p99: percentile(late, 0.99) };
}

answer({
  connect,
  report,
  measure,
  connected: () => agents.filter(({ socket }) => socket.connected).length,
  /** All of them go at once, and do not come back. */
  leave: () => agents.forEach(({ socket }) => socket.disconnect()),
});
