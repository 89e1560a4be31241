import { checkFor, Frame, LIMITS, SeriesReader } from '@tocsin/shared';
import { type Connection, Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/database.js';
import { largestFrame, type LargestOptions } from '../../test/largest-frame.js';
import { BOOT, hostId, samplesOn, TENANT } from '../../test/samples.js';
import { MINUTE_BYTES, MINUTE_SERIES } from './open-minutes.js';

const BEGIN = Date.UTC(2026, 10, 24);
const DOCUMENT_AT_MOST = 16 * 2 ** 20;
/** What Socket.IO puts around a frame. */
const ENVELOPE = '42/agent,["frame",]'.length;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let connection: Connection;
beforeAll(async () => {
  database = await freshDatabase();
  ({ connection } = database);
});
afterAll(() => database?.drop());

let host = -1;

/** Sends sixty frames of one host, one a second, and says how the minute is stored. */
async function minuteOf(make: (seq: number) => Omit<LargestOptions, 'seq' | 't'>) {
  host += 1;
  const { samples } = await samplesOn(connection);
  const reader = new SeriesReader();
  const check = checkFor(Frame);
  const taken: boolean[] = [];
  let messageBytes = 0;
  for (let seq = 0; seq < 60; seq += 1) {
    const t = BEGIN + seq * 1_000;
    const frame = largestFrame({ seq, t, ...make(seq) });
    if (!check.accepts(frame)) throw new Error(JSON.stringify(check.fault(frame)));
    messageBytes = Math.max(messageBytes, Buffer.byteLength(JSON.stringify(frame)) + ENVELOPE);
    const accepted = {
      tenantId: TENANT,
      hostId: hostId(host),
      bootId: BOOT,
      seq,
      t,
      sample: reader.read(frame),
    };
    taken.push(samples.append(accepted, () => {}, t));
  }
  await samples.flush();
  const [stored] = await connection
    .collection('minutes')
    .aggregate<{ count: number; layout: string; bytes: number }>([
      { $match: { hostId: new Types.ObjectId(hostId(host)) } },
      { $project: { count: 1, layout: 1, bytes: { $bsonSize: '$$ROOT' } } },
    ])
    .toArray();
  return { taken, messageBytes, stored: stored! };
}

const fixed = Array.from({ length: LIMITS.sshSources }, (_, i) => `192.0.2.${i}`);
const rotating = (seq: number) =>
  Array.from(
    { length: LIMITS.sshSources },
    (_, i) => `2001:db8:ffff:ffff:${seq.toString(16)}:${i}:ffff:ffff/64`,
  );

describe('the largest minute that the protocol allows', () => {
  it('of everything as often as there may be, under an attack from ever new addresses, is stored', async () => {
    const name = (kind: string, i: number) => `${kind}${i}`;
    const { taken, messageBytes, stored } = await minuteOf((seq) => ({ name, addresses: rotating(seq) }));
    expect(messageBytes).toBeLessThan(LIMITS.messageBytes);
    expect(taken).not.toContain(false);
    expect(stored.count).toBe(60);
    const series = (JSON.parse(stored.layout) as unknown[]).length / 2;
    expect(series).toBeGreaterThan(18_000);
    expect(series).toBeLessThanOrEqual(MINUTE_SERIES);
    expect(stored.bytes).toBeLessThan(MINUTE_BYTES);
  });

  it.each([
    ['long', 'x'],
    ['long and foreign', '字'],
    ['long and unprintable', '\u0001'],
  ])('of %s names, as long as the message takes them, is stored', async (_what, letter) => {
    const room = roomForNames(letter);
    const name = (kind: string, i: number) => `${kind}${i}`.padEnd(room[kind] ?? 0, letter);
    const { taken, messageBytes, stored } = await minuteOf(() => ({ name, addresses: fixed }));
    expect(messageBytes).toBeLessThan(LIMITS.messageBytes);
    expect(messageBytes).toBeGreaterThan(0.9 * LIMITS.messageBytes);
    expect(taken).not.toContain(false);
    expect(stored.count).toBe(60);
    expect(stored.bytes).toBeLessThan(DOCUMENT_AT_MOST);
  });
});

/** Fills the message with the names that are written most often: of interfaces and containers first. */
function roomForNames(letter: string): Record<string, number> {
  const bytes = Buffer.byteLength(JSON.stringify(letter)) - 2;
  const plain = largestFrame({ seq: 0, t: BEGIN, name: (kind, i) => `${kind}${i}`, addresses: fixed });
  let left = LIMITS.messageBytes - ENVELOPE - Buffer.byteLength(JSON.stringify(plain)) - 1_000;
  const room: Record<string, number> = {};
  for (const [kind, count] of [
    ['i', LIMITS.interfaces],
    ['c', LIMITS.containers],
    ['s', LIMITS.services],
    ['m', LIMITS.mounts],
    ['d', LIMITS.devices],
  ] as const) {
    room[kind] = Math.min(LIMITS.nameLength, Math.floor(left / bytes / count));
    left -= Math.max(0, room[kind] - 2) * bytes * count;
  }
  return room;
}
