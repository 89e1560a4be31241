import Type from 'typebox';
import { Frame, type LiveFrame } from './frame.js';
import type { AgentConfig } from './host-settings.js';
import { HOST_SETTINGS, LIMITS } from './limits.js';
import type { ProcessList } from './processes.js';

const strict = { additionalProperties: false } as const;
const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });

/** Who reports: sent once, in the handshake. Sizes in bytes, times in UTC ms. */
export const AgentFacts = Type.Object(
  {
    /** Random, new at each start of the agent; `seq` counts from 0 within it. */
    bootId: Type.String({ pattern: '^[0-9a-f]{16}$' }),
    version: text(64),
    hostname: text(253),
    os: text(128),
    kernel: text(128),
    arch: text(32),
    cpuModel: Type.Optional(text(128)),
    cpus: Type.Integer({ minimum: 1, maximum: 65_536 }),
    memTotal: Type.Number({ minimum: 0, maximum: 2 ** 50 }),
    /** When the host was started. */
    bootTime: Type.Integer({ minimum: 0, maximum: 8.64e15 }),
    /** How often a frame is to be expected, in ms. */
    interval: Type.Integer({ minimum: LIMITS.intervalMinMs, maximum: LIMITS.intervalMaxMs }),
    /** Settings that are given on the host itself: the hub cannot change them. */
    fixed: Type.Optional(Type.Array(Type.Enum(HOST_SETTINGS), { maxItems: HOST_SETTINGS.length })),
    /** Set by the simulator, so that its hosts are marked everywhere. */
    simulated: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type AgentFacts = Type.Static<typeof AgentFacts>;

/** `auth` of the Socket.IO handshake. */
export const AgentHandshake = Type.Object(
  {
    key: Type.String({ minLength: 1, maxLength: 128 }),
    protocol: Type.Integer({ minimum: 0 }),
    agent: AgentFacts,
  },
  strict,
);
export type AgentHandshake = Type.Static<typeof AgentHandshake>;

export const FrameBatch = Type.Object(
  {
    /** The start these frames were numbered in; it may be an earlier one than the handshake's. */
    bootId: AgentFacts.properties.bootId,
    frames: Type.Array(Frame, { minItems: 1, maxItems: LIMITS.batchFrames }),
  },
  strict,
);
export type FrameBatch = Type.Static<typeof FrameBatch>;

export const BYE_REASONS = ['shutdown', 'reboot', 'upgrade', 'restart'] as const;
export const Bye = Type.Object({ reason: Type.Enum(BYE_REASONS) }, strict);
export type Bye = Type.Static<typeof Bye>;
export type ByeReason = Bye['reason'];

// What the hub says may grow: an agent passes over fields that it does not know.

/** Why the hub does not let an agent in: `connect_error.data.code`. */
export const HANDSHAKE_REFUSALS = [
  'bad_handshake',
  'wrong_protocol',
  'unknown_key',
  'revoked_key',
  'hub_not_ready',
] as const;
export type HandshakeRefusalCode = (typeof HANDSHAKE_REFUSALS)[number];

/** `connect_error.data`: what a program branches on and what a person reads. */
export const HandshakeRefusal = Type.Object({
  code: Type.Enum(HANDSHAKE_REFUSALS),
  message: Type.String(),
  /** JSON pointer of the field at fault, with `bad_handshake`. */
  field: Type.Optional(Type.String()),
});
export type HandshakeRefusal = Type.Static<typeof HandshakeRefusal>;

/** Why the hub did not take what was sent over an open connection. */
export const REFUSALS = ['invalid', 'future', 'too_old', 'rate_limited', 'revoked_key', 'replaced'] as const;
export type RefusalCode = (typeof REFUSALS)[number];

const seq = () => Type.Integer({ minimum: 0 });

/**
 * With a `seq` it concerns that frame alone, else the whole message; nothing of what it concerns was
 * stored. An agent must not send again what was refused as `invalid`, `future` or `too_old`; what was
 * `rate_limited` it keeps and sends later. After `revoked_key` (the key was withdrawn) and `replaced`
 * (another agent connected with the same key) the hub closes the connection.
 */
export const Refusal = Type.Object({
  code: Type.Enum(REFUSALS),
  message: Type.String(),
  /** JSON pointer of the field at fault. */
  field: Type.Optional(Type.String()),
  bootId: Type.Optional(AgentFacts.properties.bootId),
  /** The refused frame, where it could be told. */
  seq: Type.Optional(seq()),
  /** Every frame of a batch that was refused for this reason, beside the one that the message is about. */
  ranges: Type.Optional(Type.Array(Type.Tuple([seq(), seq()]))),
});
export type Refusal = Type.Static<typeof Refusal>;

/** Frames that are on disk: inclusive ranges of `seq` within one `bootId`. */
export const Ack = Type.Object({
  bootId: AgentFacts.properties.bootId,
  ranges: Type.Array(Type.Tuple([seq(), seq()])),
  /** The hub's clock when it said so, UTC ms: a connection may last for months, and clocks drift. */
  time: Type.Optional(Type.Integer({ minimum: 0 })),
});
export type Ack = Type.Static<typeof Ack>;

/** The first message after the handshake. */
export const Welcome = Type.Object({
  hostId: Type.String({ pattern: '^[0-9a-f]{24}$' }),
  /** The host's name in the hub. */
  name: Type.String(),
  /** The hub's clock, UTC ms. */
  time: Type.Integer({ minimum: 0 }),
});
export type Welcome = Type.Static<typeof Welcome>;

export interface AgentToHubEvents {
  frame: (frame: Frame) => void;
  frames: (batch: FrameBatch) => void;
  /** Between two frames, while somebody watches the host. */
  live: (frame: LiveFrame) => void;
  /** The facts changed since the handshake, such as the interval. */
  facts: (facts: AgentFacts) => void;
  bye: (bye: Bye, done: () => void) => void;
}

export interface HubToAgentEvents {
  welcome: (welcome: Welcome) => void;
  ack: (ack: Ack) => void;
  refused: (refusal: Refusal) => void;
  config: (config: AgentConfig) => void;
  /** Asks for the processes that matter at this moment. */
  processes: (answer: (list: ProcessList) => void) => void;
}
