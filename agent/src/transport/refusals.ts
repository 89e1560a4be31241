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

/** Why a connection could not be made, in plain words, from what the libraries below give. */
export function causeOf(error: unknown): string {
  for (
    let at = error as { code?: string; description?: unknown; error?: unknown; message?: string } | undefined;
    at;
  ) {
    const known = CAUSES[at.code ?? ''];
    if (known !== undefined) return known;
    const status = /Unexpected server response: (\d+)/.exec(at.message ?? '')?.[1];
    if (status !== undefined) return `something there answers ${status}, but it is not a hub`;
    const below = at.description ?? at.error;
    at = typeof below === 'object' ? (below as typeof at) : undefined;
  }
  const message = (error as Error).message;
  return message === 'timeout' ? 'no answer' : message;
}
