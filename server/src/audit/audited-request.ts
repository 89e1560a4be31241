import { AsyncLocalStorage } from 'node:async_hooks';

/** What only the one knows who makes a change. */
export interface Change {
  /** What people call that which was changed. */
  name?: string;
  /** Its fields before and after; left out: there was nothing, or there is nothing left. */
  before?: object;
  after?: object;
}

/** Where a request comes from, and what was said of it while it was done. */
export interface AuditedRequest {
  address: string;
  program: string;
  change?: Change;
}

const requests = new AsyncLocalStorage<AuditedRequest>();

export const duringRequest = <T>(request: AuditedRequest, work: () => T): T => requests.run(request, work);

export const currentRequest = (): AuditedRequest | undefined => requests.getStore();

/**
 * Tells the audit log what a change was, for the entry of the request that is being done. Called where the
 * change is made, since afterwards nobody knows what was there before. Outside of a request it does nothing.
 */
export function changed(change: Change): void {
  const request = currentRequest();
  if (request !== undefined) request.change = change;
}
