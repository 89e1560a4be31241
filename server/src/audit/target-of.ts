import type { AuditEntry } from '@tocsin/shared';

const NAME_AT_MOST = 200;

/**
 * What a request was about: by the route, or, when that names nothing, by what the answer is. A key is a part
 * of its host, so that all that was done to a host is found under the host.
 * @param called its name, where the answer does not have it
 */
export function targetOf(
  params: Readonly<Record<string, unknown>>,
  answer: unknown,
  called?: string,
): AuditEntry['target'] {
  const made = partOf(answer);
  const id = textOf(params.hostId) ?? textOf(params.id) ?? textOf(made.id);
  const part = textOf(params.keyId) ?? textOf(made.keyId);
  const name = called ?? textOf(made.name) ?? textOf(made.ruleName);
  return {
    ...(id !== undefined && { id }),
    ...(name !== undefined && { name: name.slice(0, NAME_AT_MOST) }),
    ...(part !== undefined && { part }),
  };
}

/** A new host is answered together with its key. */
function partOf(answer: unknown): Record<string, unknown> {
  if (typeof answer !== 'object' || answer === null) return {};
  const { host } = answer as Record<string, unknown>;
  return typeof host === 'object' && host !== null ? (host as Record<string, unknown>) : { ...answer };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
