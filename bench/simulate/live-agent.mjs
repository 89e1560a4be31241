import { randomBytes } from 'node:crypto';
import { io } from 'socket.io-client';

const PROTOCOL = 1;
/** As agents do it. */
const BATCH = 500;
/** What was not answered for so long is sent again. */
const ANSWERED_WITHIN_MS = 30_000;
/** Frames that an agent keeps until they are acknowledged. */
const KEPT = 10_000;

/** What all agents of a fleet did, and how long the last acknowledgements took, in ms. */
export class FleetCounts {
  sent = 0;
  acknowledged = 0;
  refused = 0;
  dropped = 0;
  connected = 0;
  refusal;
  latencies = [];
}

/** The agent of one simulated host: it speaks the protocol as the real one does. */
export class LiveAgent {
  /** When each frame that is not acknowledged was measured, and sent. */
  #kept = new Map();
  #seq = 0;
  #bootId = newBootId();
  #socket;
  #boot;
  #batch = new Set();

  /** @param {FleetCounts} counts */
  constructor(host, { hub, key, intervalMs, counts }) {
    Object.assign(this, { host, hub, key, intervalMs, counts });
  }

  get waiting() {
    return this.#kept.size;
  }

  connect(now) {
    const { boot, bootedAt } = this.host.lifeAt(now);
    this.#boot = boot;
    const socket = io(`${this.hub}/agent`, {
      transports: ['websocket'],
      forceNew: true,
      perMessageDeflate: false,
      reconnectionDelay: 500,
      reconnectionDelayMax: 10_000,
      auth: { key: this.key, protocol: PROTOCOL, agent: this.#facts(bootedAt) },
    });
    this.#socket = socket;
    let counted = false;
    const count = (connected) => {
      if (counted === connected) return;
      counted = connected;
      this.counts.connected += connected ? 1 : -1;
    };
    socket.on('connect', () => {
      count(true);
      // On a new connection everything that is not acknowledged counts as not sent.
      for (const frame of this.#kept.values()) frame.sentAt = -Infinity;
      this.#batch.clear();
      this.#sendBatch();
    });
    socket.on('disconnect', () => count(false));
    socket.on('connect_error', (error) => (this.counts.refusal = error.data?.message ?? this.counts.refusal));
    socket.on('ack', ({ bootId, ranges }) => {
      if (bootId !== this.#bootId) return;
      for (const [from, to] of ranges) for (let seq = from; seq <= to; seq += 1) this.#acknowledged(seq);
      this.#sendBatch();
    });
    socket.on('refused', (refusal) => this.#refused(refusal));
  }

  /** Its turn to report. A host that is down does not. */
  report(now) {
    const { state, boot, bootedAt } = this.host.lifeAt(now);
    if (state !== 'up') return this.#goDown(state);
    if (boot !== this.#boot) {
      this.#bootId = newBootId();
      this.#seq = 0;
      this.#kept.clear();
    }
    if (this.#socket === undefined || boot !== this.#boot) {
      this.#socket?.disconnect();
      this.connect(now);
      this.#socket.auth.agent = this.#facts(bootedAt);
    }
    const seq = this.#seq++;
    this.#kept.set(seq, { t: now, sentAt: performance.now() });
    this.counts.sent += 1;
    if (this.#kept.size > KEPT) {
      this.#kept.delete(this.#kept.keys().next().value);
      this.counts.dropped += 1;
    }
    if (this.#socket.connected) this.#socket.emit('frame', this.#frame(seq, now));
  }

  /** A planned stop. Resolves when the hub has heard of it, or does not answer. */
  async leave(reason) {
    const socket = this.#socket;
    if (!socket?.connected) return socket?.disconnect();
    await socket
      .timeout(2_000)
      .emitWithAck('bye', { reason })
      .catch(() => {});
    socket.disconnect();
  }

  #goDown(state) {
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#socket = undefined;
    if (state === 'rebooting' && socket.connected) {
      socket.timeout(2_000).emit('bye', { reason: 'reboot' }, () => socket.disconnect());
    } else {
      socket.disconnect();
    }
  }

  #acknowledged(seq) {
    const frame = this.#kept.get(seq);
    this.#batch.delete(seq);
    if (frame === undefined) return;
    this.#kept.delete(seq);
    this.counts.acknowledged += 1;
    if (frame.sentAt > 0) this.counts.latencies.push(performance.now() - frame.sentAt);
  }

  #refused({ code, message, seq, ranges }) {
    const seqs = seqsOf(ranges ?? (seq === undefined ? [] : [[seq, seq]]));
    if (code === 'rate_limited') {
      // They are sent again with the next batch, after a while.
      for (const at of seqs.length > 0 ? seqs : this.#batch) {
        const frame = this.#kept.get(at);
        if (frame !== undefined) frame.sentAt = -Infinity;
      }
      setTimeout(() => {
        this.#batch.clear();
        this.#sendBatch();
      }, 2_000).unref();
      return;
    }
    this.counts.refusal = message;
    for (const at of seqs) {
      if (this.#kept.delete(at)) this.counts.refused += 1;
      this.#batch.delete(at);
    }
  }

  /** What was sent before this connection, refused for now or never answered: one batch at a time, oldest first. */
  #sendBatch() {
    if (!this.#socket?.connected || this.#batch.size > 0) return;
    const before = performance.now() - ANSWERED_WITHIN_MS;
    const old = [...this.#kept].filter(([, { sentAt }]) => sentAt < before).slice(0, BATCH);
    if (old.length === 0) return;
    for (const [seq, frame] of old) {
      this.#batch.add(seq);
      frame.sentAt = performance.now();
    }
    const frames = old.map(([seq, { t }]) => this.#frame(seq, t));
    this.#socket.emit('frames', { bootId: this.#bootId, frames });
  }

  #frame(seq, t) {
    return { seq, ...this.host.frameAt(t, this.intervalMs), agent: { backlog: this.#kept.size, dropped: 0 } };
  }

  #facts(bootedAt) {
    const { role, name } = this.host;
    return {
      bootId: this.#bootId,
      version: '0.0.0-simulated',
      hostname: name,
      os: 'Debian GNU/Linux 12 (bookworm)',
      kernel: '6.1.0-28-amd64',
      arch: 'x64',
      cpus: role.cores,
      memTotal: role.memory,
      bootTime: bootedAt,
      interval: this.intervalMs,
      simulated: true,
    };
  }
}

const seqsOf = (ranges) =>
  ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));

const newBootId = () => randomBytes(8).toString('hex');
