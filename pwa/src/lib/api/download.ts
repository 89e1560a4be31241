import { withToken } from './authorized.js';
import { fileNameOf } from './file-name.js';
import { ApiFailure, send, type QueryValue } from './request.js';

/** The browser has begun to save a file after this time, in ms, and needs its address no more. */
const SAVED_AFTER_MS = 60_000;

/**
 * Saves an answer of the hub as a file. A link could not carry the token that lets us read it.
 * @throws ApiFailure
 */
export async function download(path: string, query: Record<string, QueryValue>): Promise<void> {
  const response = await withToken((token) => send('GET', path, { query, token }));
  const file = await response.blob().catch(() => {
    throw new ApiFailure(0, 'unreachable', 'The connection broke before the file was whole. Try again.');
  });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = fileNameOf(response.headers.get('content-disposition')) ?? 'tocsin';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), SAVED_AFTER_MS);
}
