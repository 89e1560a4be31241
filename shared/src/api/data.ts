import Type from 'typebox';
import { AgentFacts, type RefusalCode } from '../protocol/agent-events.js';
import { Frame, SERVICE_STATES } from '../protocol/frame.js';
import { LIMITS } from '../protocol/limits.js';
import type { ApiError } from './error.js';

const strict = { additionalProperties: false } as const;
const optional = Type.Optional;
const percent = () => Type.Number({ minimum: 0, maximum: 100 });
const bytesPerSecond = () => Type.Number({ minimum: 0, maximum: 2 ** 46 });
const name = () => Type.String({ minLength: 1, maxLength: LIMITS.nameLength });

/** A frame that is posted may be this far behind the hub's clock, in ms, so that old records can be handed in. */
export const POSTED_PAST_MS = 2 * 366 * 86_400_000;

/**
 * `POST /data` (also `/api/v1/data`): the short form, for scripts. Shares in percent, the network in bytes
 * per second; everything may be left out, but not all of it.
 */
export const PostedReading = Type.Object(
  {
    cpu_usage: optional(percent()),
    ram_usage: optional(percent()),
    /** By mount point. */
    disk_usage: optional(
      Type.Record(Type.String(), percent(), { propertyNames: name(), maxProperties: LIMITS.mounts }),
    ),
    network: optional(Type.Object({ in: bytesPerSecond(), out: bytesPerSecond() }, strict)),
    /** By the service's name. */
    services: optional(
      Type.Record(Type.String(), Type.Enum(SERVICE_STATES), {
        propertyNames: name(),
        maxProperties: LIMITS.services,
      }),
    ),
    /** ISO 8601; without a zone it is UTC. Left out: now. */
    timestamp: optional(Type.String({ maxLength: 64 })),
  },
  strict,
);
export type PostedReading = Type.Static<typeof PostedReading>;

/** `POST /data`: a frame, as agents send them. Its `seq` may be left out, and says nothing without a `bootId`. */
export const PostedFrame = Type.Object({ ...Frame.properties, seq: optional(Frame.properties.seq) }, strict);
export type PostedFrame = Type.Static<typeof PostedFrame>;

/**
 * `POST /data`: many frames. With `bootId` each is a `Frame`, known by the start it was numbered in and by
 * its `seq`; without, each is a `PostedFrame`, known by its time and by what it measures.
 */
export const PostedBatch = Type.Object(
  {
    bootId: optional(AgentFacts.properties.bootId),
    /** Each is checked by itself: one that is wrong does not hold up the others. */
    frames: Type.Array(Type.Unknown(), { minItems: 1, maxItems: LIMITS.batchFrames }),
  },
  strict,
);
export type PostedBatch = Type.Static<typeof PostedBatch>;

/** A frame of a batch that was not taken. */
export interface RefusedFrame {
  /** Its place in `frames`. */
  index: number;
  code: RefusalCode;
  message: string;
  /** JSON pointer of the field at fault. */
  field?: string;
}

/** The answer with 400, in which every frame was refused: the first fault, and all of them. */
export interface NothingStored extends ApiError {
  refused: RefusedFrame[];
}

/** The answer to `POST /data`, once everything it counts is on disk. Times are UTC ms. */
export interface Stored {
  /** Frames that are on disk now: by this request, or since an earlier one. */
  stored: number;
  refused: RefusedFrame[];
  host: { id: string; name: string };
  /** Of the newest frame that is stored. */
  t: number;
  /** Whether that one is how things are now: shown, held against the rules, and a sign that the host is there. */
  live: boolean;
  /** The hub's clock. */
  time: number;
}
