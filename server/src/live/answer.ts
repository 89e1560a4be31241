import { Logger } from '@nestjs/common';
import type { BrowserToHubEvents, Check, LiveError } from '@tocsin/shared';
import type { LiveSocket } from './live-sockets.js';

/** Events of a browser that are answered. */
type Asked = {
  [Event in keyof BrowserToHubEvents]: Parameters<BrowserToHubEvents[Event]>['length'] extends 2
    ? Event
    : never;
}[keyof BrowserToHubEvents];

export const refusal = (code: LiveError['error']['code'], message: string): LiveError => ({
  error: { code, message },
});

const failed = refusal('internal', 'The hub could not answer this. Its log says why.');

/** Answers an event of a browser; what is not as described is answered with what is wrong about it. */
export function answer<Ask, Answer>(
  socket: LiveSocket,
  event: Asked,
  check: Check<Ask>,
  by: (ask: Ask) => Answer | LiveError | Promise<Answer | LiveError>,
): void {
  const listener = async (ask: unknown, reply: unknown) => {
    if (typeof reply !== 'function') return;
    if (!check.accepts(ask)) return reply({ error: { code: 'invalid', ...check.fault(ask) } });
    try {
      reply(await by(ask));
    } catch (error) {
      new Logger('Live').error(error);
      reply(failed);
    }
  };
  socket.on(event, listener as never);
}
