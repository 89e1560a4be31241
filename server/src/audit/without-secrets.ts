/** Longer than this, in characters of JSON, it is left out: an entry is to say what was done, not to keep a copy. */
const LONGEST = 4_000;
const SECRET = /pass|secret|token|credential|authorization|cookie|key$/i;

/** What was sent as JSON that may be kept; undefined when there is nothing to keep, or too much. */
export function withoutSecrets(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || Object.keys(body).length === 0) return undefined;
  const text = JSON.stringify(body, (name, value: unknown) => (SECRET.test(name) ? '…' : value));
  return text.length > LONGEST ? undefined : text;
}
