import { setTimeout as delay } from 'node:timers/promises';
import type { AgentHandshake, Welcome } from '@tocsin/shared';
import { CONNECT_TIMEOUT_MS, hubSocket } from './hub-socket.js';
import { asHandshakeRefusal, causeOf, HANDSHAKE_ADVICE } from './refusals.js';
import { mayBeBlocked, POLLING_FIRST, type Transports, WEBSOCKET } from './transport-choice.js';

const BYE_TIMEOUT_MS = 1_000;

/** How an attempt to be let in ended. */
export type Attempt = { welcome: Welcome; polling?: boolean } | { trouble: string };

/** Connects once, as `--check` does, and says goodbye. Never throws. */
export async function tryConnection(hub: string, handshake: AgentHandshake): Promise<Attempt> {
  const { blocked, ...attempt } = await attemptBy(WEBSOCKET, hub, handshake);
  if (!blocked) return attempt as Attempt;
  const { blocked: _blocked, ...second } = await attemptBy(POLLING_FIRST, hub, handshake);
  return 'welcome' in second ? { ...second, polling: true } : (attempt as Attempt);
}

async function attemptBy(
  transports: Transports,
  hub: string,
  handshake: AgentHandshake,
): Promise<Attempt & { blocked?: boolean }> {
  const socket = hubSocket(hub, handshake, transports);
  const attempt = await Promise.race([
    new Promise<Attempt & { blocked?: boolean }>((resolve) => {
      socket.on('welcome', (welcome) => resolve({ welcome }));
      socket.on('disconnect', () => resolve({ trouble: 'the hub closed the connection' }));
      socket.on('connect_error', (error) => {
        const refusal = asHandshakeRefusal((error as { data?: unknown }).data);
        const trouble = refusal
          ? `the hub does not let this agent in: ${refusal.message}; ${HANDSHAKE_ADVICE[refusal.code].advice}`
          : `cannot reach ${hub}: ${causeOf(error)}`;
        resolve({ trouble, blocked: refusal === undefined && mayBeBlocked(error) });
      });
      socket.connect();
    }),
    delay(CONNECT_TIMEOUT_MS, {
      trouble: `${hub} did not answer in ${CONNECT_TIMEOUT_MS / 1000} s`,
      blocked: true,
    }),
  ]);
  // Without it the hub would take the end of the check for a lost host.
  if (socket.connected)
    await socket
      .timeout(BYE_TIMEOUT_MS)
      .emitWithAck('bye', { reason: 'restart' })
      .catch(() => undefined);
  socket.removeAllListeners();
  socket.disconnect();
  return attempt;
}
