import Type from 'typebox';
import { CreateHost } from './hosts.js';

const strict = { additionalProperties: false } as const;

/** `POST /api/v1/enrolment-tokens`: answers with `CreatedEnrolmentToken`. */
export const CreateEnrolmentToken = Type.Object(
  {
    /** What it is for, in a person's words. */
    note: Type.Optional(Type.String({ maxLength: 100, pattern: '^[^\\p{Cc}]*$' })),
    /** Tags that each host gets which enrols with it. */
    tags: CreateHost.properties.tags,
    /** How many hosts may enrol; 1 when left out. */
    uses: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    /** How long it works, in hours; 24 when left out. */
    hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 8_760 })),
  },
  strict,
);
export type CreateEnrolmentToken = Type.Static<typeof CreateEnrolmentToken>;

/** A token as it may be shown later: never the token itself. Times are UTC ms. */
export interface EnrolmentToken {
  id: string;
  /** The first characters, to tell tokens apart. */
  hint: string;
  note?: string;
  tags: string[];
  uses: number;
  used: number;
  createdAt: number;
  expiresAt: number;
  revokedAt?: number;
}

/** The only time that the token is shown. */
export interface CreatedEnrolmentToken extends EnrolmentToken {
  token: string;
  /** What to run on each host, as root. */
  command: string;
}

/** `POST /api/v1/enrol`, which needs no other sign-in: answers with `Enrolled`. */
export const Enrol = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 128 }),
    /** What the host is called; a number is put behind a name that is taken. */
    name: CreateHost.properties.name,
  },
  strict,
);
export type Enrol = Type.Static<typeof Enrol>;

/**
 * Why a token lets nobody in: `code` of the answer, whose status is 403. Trying again with the same token
 * is in vain.
 */
export const ENROL_REFUSALS = ['unknown_token', 'expired_token', 'used_up_token', 'revoked_token'] as const;
export type EnrolRefusalCode = (typeof ENROL_REFUSALS)[number];

export interface Enrolled {
  hostId: string;
  /** The host's name in the hub. */
  name: string;
  /** The host's own key, for the agent to keep. */
  key: string;
}
