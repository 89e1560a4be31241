import { AgentHandshake, checkFor, type HandshakeRefusal, PROTOCOL_VERSION } from '@tocsin/shared';

const handshake = checkFor(AgentHandshake);

/** A refusal as Socket.IO carries it to the other side, in `connect_error.data`. */
export class HandshakeError extends Error {
  constructor(readonly data: HandshakeRefusal) {
    super(data.message);
  }
}

/**
 * What an agent says of itself when it connects.
 * @throws HandshakeError when it is not what the protocol asks for
 */
export function readHandshake(auth: unknown): AgentHandshake {
  // First, because another version may say other things of itself.
  const protocol = (auth as { protocol?: unknown } | undefined)?.protocol;
  if (Number.isInteger(protocol) && protocol !== PROTOCOL_VERSION) {
    throw new HandshakeError({
      code: 'wrong_protocol',
      message: `This hub speaks protocol ${PROTOCOL_VERSION}, the agent protocol ${String(protocol)}.`,
    });
  }
  if (handshake.accepts(auth)) return auth;
  const { field, message } = handshake.fault(auth);
  throw new HandshakeError({ code: 'bad_handshake', message: `The handshake's ${field} ${message}.`, field });
}
