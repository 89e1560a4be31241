import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MemoryDisk } from '../../../test/memory-disk.js';
import { monotonic } from '../schedule.js';
import type { FrameText } from './record.js';
import { Spool } from './spool.js';

/** Whatever happens, each frame is where it should be: acknowledged, still there, or counted as dropped. */

const BOUND = 6000;
const MOST_APPENDED = 5;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Written {
  bootId: string;
  seq: number;
}
/** In the order of their names they were written. */
const nameOf = ({ bootId, seq }: Written) => `${bootId}:${String(seq).padStart(6, '0')}`;

/** What an agent does with its spool, beside a plain list of what should be there. */
class Model {
  readonly disk = new MemoryDisk();
  spool!: Spool;
  #bootId = '';
  #starts = 0;
  #seq = 0;
  /** In memory, because they could not be written yet. */
  #unwritten: FrameText[] = [];
  /** What should be in the spool, oldest first. */
  expected: Written[] = [];
  /** What may be there too: it was acknowledged before a restart, or written in part. */
  readonly allowed = new Set<string>();
  #droppedBefore = 0;
  /** Taken since the last rewind. */
  #taken: string[] = [];

  async start(): Promise<void> {
    this.#bootId = String(++this.#starts).padStart(16, '0');
    this.#seq = 0;
    this.#unwritten = [];
    this.#droppedBefore = 0;
    this.#taken = [];
    const events = { onLost: () => undefined, onSyncFailed: () => undefined };
    const bounds = { bytes: BOUND, age: Infinity };
    this.spool = await Spool.open(this.disk, '/frames', bounds, events, monotonic);
    await this.spool.countAll();
  }

  async append(count: number, size: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const seq = this.#seq++;
      this.#unwritten.push({ seq, json: `{"seq":${seq},"text":"${'ü'.repeat(size)}"}` });
    }
    const frames = this.#unwritten.slice(0, MOST_APPENDED);
    const written = frames.map(({ seq }) => ({ bootId: this.#bootId, seq }));
    for (const one of written) this.allowed.add(nameOf(one));
    try {
      await this.spool.append(this.#bootId, frames);
    } catch {
      return this.#drop();
    }
    this.#unwritten = this.#unwritten.slice(MOST_APPENDED);
    this.#drop();
    this.expected.push(...written);
    expect(this.spool.bytes).toBeLessThanOrEqual(BOUND);
  }

  /** The oldest that it says it has dropped are the ones that are gone. */
  #drop(): void {
    this.expected.splice(0, this.spool.dropped - this.#droppedBefore);
    this.#droppedBefore = this.spool.dropped;
  }

  async acknowledge(start: number, from: number, length: number): Promise<void> {
    const bootId = String(1 + (start % this.#starts)).padStart(16, '0');
    this.spool.acknowledge({ bootId, ranges: [[from, from + length]] });
    this.expected = this.expected.filter(
      (one) => one.bootId !== bootId || one.seq < from || one.seq > from + length,
    );
    await vi.advanceTimersByTimeAsync(0);
  }

  async take(frames: number, bytes: number): Promise<void> {
    const batch = await this.spool.take(() => true, { frames, bytes });
    if (batch === undefined) return;
    expect(batch.frames.length).toBeLessThanOrEqual(Math.max(1, frames));
    const names = batch.frames.map(({ seq }) => nameOf({ bootId: batch.bootId, seq }));
    for (const name of names) expect(this.#taken).not.toContain(name);
    for (const { seq, json } of batch.frames) expect(JSON.parse(json)).toMatchObject({ seq });
    this.#taken.push(...names);
    expect(this.#taken).toEqual(this.#taken.toSorted());
  }

  rewind(): void {
    this.spool.rewind();
    this.#taken = [];
  }

  /** Everything that is there, in order. */
  async all(): Promise<Written[]> {
    this.rewind();
    const all: Written[] = [];
    for (let batch; (batch = await this.spool.take(() => true, { frames: 3, bytes: 500 })) !== undefined;)
      all.push(...batch.frames.map(({ seq }) => ({ bootId: batch!.bootId, seq })));
    this.rewind();
    return all;
  }

  /** A new process finds what the last one had written; `lossy` frames of it may be gone. */
  async restart(lossy = 0): Promise<void> {
    const before = this.expected.map(nameOf);
    await this.start();
    const there = [...new Map((await this.all()).map((one) => [nameOf(one), one])).values()];
    const names = there.map(nameOf);
    const missing = before.filter((name) => !names.includes(name));
    expect(missing.length).toBeLessThanOrEqual(lossy);
    for (const name of names) expect(this.allowed).toContain(name);
    expect(names).toEqual(names.toSorted());
    this.expected = there;
    this.#droppedBefore = this.spool.dropped;
  }

  async powerCut(share: number): Promise<void> {
    const unsafe = [...this.disk.files.values()].reduce(
      (sum, { bytes, safe }) => sum + bytes.subarray(safe).toString().split('\n').length - 1,
      0,
    );
    this.disk.powerCut(share);
    await this.restart(unsafe);
  }

  async corrupt(where: number, change: number): Promise<void> {
    const files = [...this.disk.files.values()].filter(({ bytes }) => bytes.length > 0);
    if (files.length === 0) return;
    const file = files[where % files.length]!;
    file.bytes = Buffer.from(file.bytes);
    file.bytes[where % file.bytes.length]! ^= change;
    // A newline that is gone makes one damaged line of two.
    await this.restart(2);
  }
}

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ append: fc.integer({ min: 1, max: 9 }), size: fc.nat(60) }) },
  { weight: 4, arbitrary: fc.record({ acknowledge: fc.nat(), from: fc.nat(50), length: fc.nat(30) }) },
  { weight: 4, arbitrary: fc.record({ take: fc.nat(8), bytes: fc.nat(1000) }) },
  { weight: 1, arbitrary: fc.constant({ rewind: true }) },
  { weight: 2, arbitrary: fc.record({ room: fc.oneof(fc.nat(2000), fc.constant(Infinity)) }) },
  { weight: 1, arbitrary: fc.record({ wait: fc.nat(6000) }) },
  { weight: 1, arbitrary: fc.constant({ kill: true }) },
  { weight: 1, arbitrary: fc.record({ powerCut: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  { weight: 1, arbitrary: fc.record({ corrupt: fc.nat(), change: fc.integer({ min: 1, max: 255 }) }) },
);

it('keeps every frame, in order, through full disks, crashes, power cuts and damage', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const model = new Model();
      await model.start();
      for (const one of steps) {
        if ('append' in one) await model.append(one.append, one.size);
        else if ('acknowledge' in one) await model.acknowledge(one.acknowledge, one.from, one.length);
        else if ('take' in one) await model.take(one.take, one.bytes);
        else if ('rewind' in one) model.rewind();
        else if ('room' in one) model.disk.room = one.room;
        else if ('wait' in one) await vi.advanceTimersByTimeAsync(one.wait);
        else if ('kill' in one) await model.restart();
        else if ('powerCut' in one) await model.powerCut(one.powerCut);
        else await model.corrupt(one.corrupt, one.change);
        expect(model.spool.frames).toBe(model.expected.length);
      }
      expect(await model.all()).toEqual(model.expected);
    }),
    { numRuns: Number(process.env.RUNS ?? 300) },
  );
}, 120_000);
