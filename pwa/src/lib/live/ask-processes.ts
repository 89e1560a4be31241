import type { ProcessList } from '@tocsin/shared';
import { isLiveError, live } from './connection.svelte.js';

const PATIENCE_MS = 8_000;

/** What runs on a host at this moment. @throws Error with a sentence for people */
export async function askProcesses(hostId: string): Promise<ProcessList> {
  if (!live.socket.connected) throw new Error('There is no connection to the hub.');
  let answer;
  try {
    answer = await live.socket.timeout(PATIENCE_MS).emitWithAck('processes', { hostId });
  } catch {
    throw new Error('The hub did not answer in time.');
  }
  if (isLiveError(answer)) throw new Error(answer.error.message);
  return answer;
}
