import {
  type Check,
  checkFor,
  type Fault,
  Frame,
  parseIsoTime,
  PostedBatch,
  PostedFrame,
  PostedReading,
} from '@tocsin/shared';
import { frameCheck } from '../message-checks.js';

const batchCheck = checkFor(PostedBatch);
const readingCheck = checkFor(PostedReading);
export const postedFrameCheck = checkFor(PostedFrame);

const READING_FIELDS = new Set(Object.keys(PostedReading.properties));
/** Fields that only a frame has. */
const FRAME_FIELDS = Object.keys(Frame.properties).filter((field) => !READING_FIELDS.has(field));

/** What was posted, as frames that are still to be checked one by one. */
export interface Posted {
  form: 'frame' | 'batch' | 'reading';
  frames: readonly unknown[];
  check: Check<PostedFrame>;
  /** The start in which the frames were numbered; without it they are known by their time. */
  bootId?: string;
}

/** The body is not what may be posted. */
export class PostFault extends Error {
  constructor(readonly fault: Fault) {
    super(fault.message);
  }
}

/**
 * Tells the three forms apart and makes frames of each.
 * @param now for a reading without a time, UTC ms
 * @throws PostFault
 */
export function readPosted(body: unknown, now: number): Posted {
  if (has(body, ['frames'])) {
    const { bootId, frames } = checked(batchCheck, body);
    return { form: 'batch', frames, bootId, check: bootId === undefined ? postedFrameCheck : frameCheck };
  }
  if (has(body, FRAME_FIELDS)) return { form: 'frame', frames: [body], check: postedFrameCheck };
  return { form: 'reading', frames: [frameOf(checked(readingCheck, body), now)], check: postedFrameCheck };
}

function frameOf(reading: PostedReading, now: number): PostedFrame {
  const { cpu_usage, ram_usage, disk_usage = {}, network, services = {}, timestamp } = reading;
  const t = timestamp === undefined ? now : parseIsoTime(timestamp);
  if (t === undefined) {
    throw new PostFault({ field: '/timestamp', message: 'is not a time such as 2025-04-10T15:00:00' });
  }
  const disks = Object.entries(disk_usage).map(([mount, usage]) => ({ mount, usage }));
  const states = Object.entries(services).map(([name, state]) => ({ name, state }));
  const parts = {
    ...(cpu_usage !== undefined && { cpu: { usage: cpu_usage } }),
    ...(ram_usage !== undefined && { ram: { usage: ram_usage } }),
    ...(disks.length > 0 && { disks }),
    ...(network && { network: { ...network, interfaces: [] } }),
    ...(states.length > 0 && { services: states }),
  };
  if (Object.keys(parts).length > 0) return { t, ...parts };
  const fields = [...READING_FIELDS].filter((field) => field !== 'timestamp');
  throw new PostFault({ field: '', message: `must hold at least one of ${fields.join(', ')}` });
}

function checked<T>(check: Check<T>, input: unknown): T {
  if (!check.accepts(input)) throw new PostFault(check.fault(input));
  return input;
}

const has = (body: unknown, fields: readonly string[]): boolean =>
  typeof body === 'object' && body !== null && fields.some((field) => Object.hasOwn(body, field));
