import type { ShownFrame, HostSnapshot } from '@tocsin/shared';
import { isLiveError, live } from './connection.svelte.js';

export interface HostListener {
  /** After each connect: what the hub still has in memory since the asked time. */
  snapshot: (snapshot: HostSnapshot) => void;
  frame: (frame: ShownFrame) => void;
  /** The hub does not know the host, any more. */
  gone: () => void;
}

/**
 * Watches each frame of one host until the returned function is called.
 * @param since UTC ms from which frames are wanted, asked for anew at each connect.
 */
export function watchHost(hostId: string, since: () => number, listener: HostListener): () => void {
  let ended = false;
  const ask = async () => {
    const answer = await live.socket.emitWithAck('watchHost', { hostId, since: since() });
    if (ended) return;
    if (!isLiveError(answer)) listener.snapshot(answer);
    else if (answer.error.code === 'not_found') listener.gone();
  };
  const onFrame = (message: { hostId: string; frame: ShownFrame }) => {
    if (message.hostId === hostId) listener.frame(message.frame);
  };
  live.socket.on('frame', onFrame);
  const forget = live.onOpen(() => void ask());
  if (live.socket.connected) void ask();
  return () => {
    ended = true;
    forget();
    live.socket.off('frame', onFrame);
    if (live.socket.connected) live.socket.emit('unwatchHost', { hostId });
  };
}
