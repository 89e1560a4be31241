// The agents and the dashboards of the bench, in a process of their own.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { answer } from './child.mjs';
import { facts, frameSource } from './frame.mjs';
import { percentile } from './usage.mjs';

/** So many connections are opened at once. */
const AT_ONCE = 50;
const TICK_MS = 10;
/** Frames a second that one agent sends at most; the hub refuses more than `LIMITS.framesPerSecond`. */
const FLOOD_PER_SECOND = 36;

let agents = [];
let viewers = [];
/** Milliseconds from sending a frame to its acknowledgement, and to a page that shows its host. */
let acked = [];
let shown = [];
/** The same to an overview, which comes at most four times a second. */
let surveyed = [];
let moving = false;
let sent = 0;
let connected = false;
/** Why the hub did not take a frame: the figures would mean nothing. */
let refused;

class Agent {
  next = frameSource();
  inFlight = 0;
  window = 0;
  allowed = 0;
  sentAt = new Map();

  constructor(socket) {
    this.socket = socket;
    socket.on('ack', ({ ranges }) => {
      for (const [from, to] of ranges) for (let seq = from; seq <= to; seq += 1) this.acknowledged(seq);
    });
    socket.on('refused', ({ message }) => {
      refused ??= message;
    });
    socket.on('disconnect', (reason) => {
      if (connected) refused ??= reason;
    });
  }

  send(done) {
    const frame = this.next(Date.now());
    this.inFlight += 1;
    this.sentAt.set(frame.seq, performance.now());
    sent += 1;
    if (done) this.socket.emit('frame', frame, done);
    else this.socket.emit('frame', frame);
  }

  acknowledged(seq) {
    acked.push(performance.now() - this.sentAt.get(seq));
    this.sentAt.delete(seq);
    this.inFlight -= 1;
    if (moving) this.fill();
  }

  /** Sends until the window is full, but keeps under what the hub takes from one agent in a second. */
  fill() {
    while (this.inFlight < this.window && this.allowed >= 1) {
      this.allowed -= 1;
      this.send();
    }
  }
}

async function open(url, options) {
  const socket = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    // As the agent does it.
    perMessageDeflate: false,
    ...options,
  });
  await Promise.race([
    once(socket, 'connect'),
    once(socket, 'connect_error').then(([error]) => Promise.reject(error)),
  ]);
  return socket;
}

/** Returns how long it took, in ms. */
async function connect({ url, keys }) {
  agents = [];
  const begun = performance.now();
  for (let at = 0; at < keys.length; at += AT_ONCE) {
    const some = keys.slice(at, at + AT_ONCE).map(async (key) => {
      const agent = facts(randomBytes(8).toString('hex'));
      return new Agent(await open(`${url}/agent`, { auth: { key, protocol: 1, agent } }));
    });
    agents.push(...(await Promise.all(some)));
  }
  connected = true;
  return performance.now() - begun;
}

/** Each dashboard shows the overview and the page of one host. */
async function watch({ url, token, hostIds }) {
  viewers = await Promise.all(hostIds.map(() => open(`${url}/live`, { auth: { token } })));
  await Promise.all(
    viewers.map(async (viewer, i) => {
      viewer.on('frame', ({ frame }) => {
        const sentAt = agents[i].sentAt.get(frame.seq);
        if (sentAt !== undefined) shown.push(performance.now() - sentAt);
      });
      viewer.on('overview', ({ hosts }) => {
        const now = Date.now();
        for (const { summary } of hosts) if (summary !== undefined) surveyed.push(now - summary.t);
      });
      await viewer.emitWithAck('watchOverview', {});
      await viewer.emitWithAck('watchHost', { hostId: hostIds[i] });
    }),
  );
}

/** Opens the overview so many times, compressed as browsers ask for it; returns its bytes on the wire. */
async function openOverview({ url, token, times }) {
  let bytes = 0;
  for (let n = 0; n < times; n += 1) {
    const viewer = await open(`${url}/live`, { auth: { token }, perMessageDeflate: { threshold: 1_024 } });
    const line = viewer.io.engine.transport.ws._socket;
    const before = line.bytesRead;
    await viewer.emitWithAck('watchOverview', {});
    bytes = line.bytesRead - before;
    viewer.close();
  }
  return bytes;
}

/** As fast as the other side takes it: so many frames of each agent are on their way. */
function flood({ window }) {
  moving = true;
  for (const agent of agents) agent.window = window;
  const allowing = setInterval(() => {
    if (!moving) return clearInterval(allowing);
    for (const agent of agents) {
      agent.allowed = Math.min(FLOOD_PER_SECOND, agent.allowed + FLOOD_PER_SECOND / 20);
      agent.fill();
    }
  }, 50);
}

/** The same against the bare echo, which calls back. */
function floodEcho() {
  moving = true;
  for (const agent of agents) {
    const again = () => moving && agent.send(again);
    again();
  }
}

/** Each agent so many times a second, spread evenly. */
async function pace({ seconds, perSecond = 1 }) {
  const rate = agents.length * perSecond;
  [acked, shown, surveyed, sent] = [[], [], [], 0];
  const begun = performance.now();
  for (let due = 0; ;) {
    const until = ((performance.now() - begun) / 1_000) * rate;
    while (due < Math.min(until, seconds * rate)) agents[due++ % agents.length].send();
    if (due >= seconds * rate) break;
    await wait(TICK_MS);
  }
  while (agents.some(({ inFlight }) => inFlight > 0)) await wait(50);
  const of = (values) => ({ p50: percentile(values, 0.5), p99: percentile(values, 0.99) });
  return { sent, acked: of(acked), shown: of(shown), surveyed: of(surveyed) };
}

async function rest() {
  moving = false;
  while (agents.some(({ inFlight }) => inFlight > 0)) {
    if (refused !== undefined) throw new Error(`the hub refused a frame of the bench: ${refused}`);
    await wait(20);
  }
  acked = [];
}

function leave() {
  moving = false;
  connected = false;
  for (const { socket } of [...agents, ...viewers.map((socket) => ({ socket }))]) socket.close();
  [agents, viewers] = [[], []];
}

answer({ connect, watch, openOverview, flood, floodEcho, pace, rest, leave });
