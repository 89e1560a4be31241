import type { HandshakeRefusal, HandshakeRefusalCode, RefusalCode } from '@tocsin/shared';

interface Advice {
  /** What a person can do about it. */
  advice: string;
  /** How long to wait at least before the next attempt, in ms. */
  retryMs: number;
}

const MINUTE = 60_000;

/** Why the hub does not let this agent in, and what to do about it. */
export const HANDSHAKE_ADVICE: Record<HandshakeRefusalCode, Advice> = {
  unknown_key: {
    advice: 'check that the key was copied whole and belongs to this hub, or add the host in the hub again',
    retryMs: MINUTE,
  },
  revoked_key: { advice: 'make a new key for this host in the hub and put it here', retryMs: 5 * MINUTE },
  wrong_protocol: { advice: 'install the version of the agent that the hub asks for', retryMs: 5 * MINUTE },
  bad_handshake: {
    advice: 'agent and hub do not understand each other: update the older of the two',
    retryMs: MINUTE,
  },
  hub_not_ready: { advice: 'the hub is starting; nothing to do', retryMs: 0 },
};

/** Why the hub ended an open connection. */
export const CLOSING_ADVICE: Partial<Record<RefusalCode, Advice>> = {
  revoked_key: HANDSHAKE_ADVICE.revoked_key,
  replaced: {
    advice: 'another agent connected with the same key: give each host a key of its own',
    retryMs: 2_000,
  },
};

/** `connect_error.data` when it comes from a hub; a proxy or another server may answer anything. */
export function asHandshakeRefusal(data: unknown): HandshakeRefusal | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { code, message } = data as Partial<HandshakeRefusal>;
  return typeof code === 'string' && Object.hasOwn(HANDSHAKE_ADVICE, code) && typeof message === 'string'
    ? (data as HandshakeRefusal)
    : undefined;
}

const CAUSES: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name could not be looked up',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'no way to the host',
  ENETUNREACH: 'no way to the network',
  EPROTO: 'it does not speak TLS; is its address http://?',
  ECONNRESET: 'the connection was cut',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; set NODE_EXTRA_CA_CERTS to trust it',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate authority is not known; set NODE_EXTRA_CA_CERTS to trust it',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate chain is incomplete or not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

interface Layer {
  code?: string;
  message?: string;
}

/** An error with all that is wrapped in it, from the outside to the inside. */
export function* layersOf(error: unknown): Generator<Layer> {
  let at = error as (Layer & { description?: unknown; error?: unknown }) | undefined;
  while (typeof at === 'object' && at !== null) {
    yield at;
    at = (at.description ?? at.error) as typeof at;
  }
}

/** Why a connection could not be made, in plain words, from what the libraries below give. */
export function causeOf(error: unknown): string {
  for (const { code, message } of layersOf(error)) {
    const known = CAUSES[code ?? ''];
    if (known !== undefined) return known;
    const status = /Unexpected server response: (\d+)/.exec(message ?? '')?.[1];
    if (status !== undefined) {
      return `something there answers ${status} to a WebSocket; it is not a hub, or a proxy in between lets none through`;
    }
  }
  const { message, description } = error as Error & { description?: unknown };
  if (typeof description === 'number') return `something there answers ${description}, but it is not a hub`;
  return message === 'timeout' ? 'no answer' : message;
}
