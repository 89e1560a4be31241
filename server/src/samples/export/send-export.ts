import type { Response } from 'express';
import type { OpenExports } from './open-exports.js';
import { sendText, type TextFile } from './send-text.js';

/** Sends a file as one of the exports that may be under way. @throws ApiException 429 or 503 */
export async function sendExport(
  open: OpenExports,
  tenantId: string,
  file: TextFile,
  response: Response,
  closed: AbortSignal,
): Promise<void> {
  const leave = open.enter(tenantId);
  try {
    await sendText(file, response);
  } catch (error) {
    // That somebody has gone is no fault, and there is nobody to tell.
    if (!hasGone(error, closed)) throw error;
  } finally {
    leave();
  }
}

const hasGone = (error: unknown, closed: AbortSignal): boolean =>
  (closed.aborted && error === closed.reason) ||
  (error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE');
