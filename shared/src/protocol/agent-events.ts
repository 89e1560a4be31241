import Type from 'typebox';
import { Frame } from './frame.js';
import { LIMITS } from './limits.js';

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
    bootTime: Type.Integer({ minimum: 0 }),
    /** How often a frame is to be expected, in ms. */
    interval: Type.Integer({ minimum: LIMITS.intervalMinMs, maximum: LIMITS.intervalMaxMs }),
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
export interface HandshakeRefusal {
  code: HandshakeRefusalCode;
  message: string;
  /** JSON pointer of the field at fault, with `bad_handshake`. */
  field?: string;
}

/** Why the hub did not take what was sent over an open connection. */
export type RefusalCode = 'invalid' | 'future' | 'too_old' | 'rate_limited' | 'revoked_key' | 'replaced';

/**
 * Nothing of the refused message was stored. An agent must not send a frame again that was refused as
 * `invalid`, `future` or `too_old`; one that was `rate_limited` it keeps and sends later. After
 * `revoked_key` (the key was withdrawn) and `replaced` (another agent connected with the same key) the
 * hub closes the connection.
 */
export interface Refusal {
  code: RefusalCode;
  message: string;
  /** JSON pointer of the field at fault. */
  field?: string;
  bootId?: string;
  /** The refused frame, where it could be told. */
  seq?: number;
}

/** Frames that are on disk: inclusive ranges of `seq` within one `bootId`. */
export interface Ack {
  bootId: string;
  ranges: [from: number, to: number][];
}

/** The first message after the handshake. */
export interface Welcome {
  hostId: string;
  /** The host's name in the hub. */
  name: string;
  /** The hub's clock, UTC ms. */
  time: number;
}

export interface AgentToHubEvents {
  frame: (frame: Frame) => void;
  frames: (batch: FrameBatch) => void;
  bye: (bye: Bye, done: () => void) => void;
}

export interface HubToAgentEvents {
  welcome: (welcome: Welcome) => void;
  ack: (ack: Ack) => void;
  refused: (refusal: Refusal) => void;
}
