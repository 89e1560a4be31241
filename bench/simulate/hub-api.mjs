import { setTimeout as wait } from 'node:timers/promises';

const LONGEST_WAIT_MS = 10_000;

/** What the hub answered that is no success, in its own words. */
export class HubRefusal extends Error {
  constructor(status, { code, message, field }) {
    super(field ? `${message} (${field})` : message);
    Object.assign(this, { status, code });
  }
}

/**
 * Sends JSON to the hub and waits while it is away or asks for patience.
 * @param {{ path: string, body: unknown, headers?: Record<string, string>, signal?: AbortSignal }} request
 * @throws {HubRefusal} for what is in vain
 */
export async function post(hub, { path, body, headers = {}, signal }) {
  const text = JSON.stringify(body);
  for (let attempt = 0; ; attempt += 1) {
    signal?.throwIfAborted();
    const answer = await once(hub, path, text, headers, signal);
    if (answer.ok) return answer.value;
    const { status, value, retryAfterMs } = answer;
    if (status !== undefined && status !== 429 && status < 500) throw new HubRefusal(status, value);
    const patience = Math.min(LONGEST_WAIT_MS, 250 * 2 ** Math.min(attempt, 6));
    await wait(retryAfterMs ?? patience * (0.5 + Math.random() / 2), undefined, { signal });
  }
}

async function once(hub, path, body, headers, signal) {
  try {
    const response = await fetch(`${hub}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body,
      signal,
    });
    const after = Number(response.headers.get('Retry-After'));
    const value = await response.json();
    return {
      ok: response.ok,
      status: response.status,
      value,
      retryAfterMs: after > 0 ? after * 1_000 : undefined,
    };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { ok: false };
  }
}
