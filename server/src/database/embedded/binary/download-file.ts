import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { Report } from '../report.js';

const CONNECT_WITHIN_MS = 15_000;
const DOWNLOAD_WITHIN_MS = 20 * 60_000;
const REPORT_EVERY_PERCENT = 10;

/** Downloads into a file and reports how far it is. @returns the SHA-256 of what came, in hex. */
export async function downloadFile(url: string, file: string, report: Report): Promise<string> {
  const response = await get(url, DOWNLOAD_WITHIN_MS);
  const total = Number(response.headers.get('content-length')) || undefined;
  const hash = createHash('sha256');
  const progress = new Progress(total, report);
  await pipeline(
    Readable.fromWeb(response.body as ReadableStream<Uint8Array>),
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        progress.add(chunk.length);
        yield chunk;
      }
    },
    createWriteStream(file),
  );
  return hash.digest('hex');
}

export async function downloadText(url: string): Promise<string> {
  return (await get(url, CONNECT_WITHIN_MS)).text();
}

/** Gives up soon on a server that does not answer, and late on one that sends slowly. */
async function get(url: string, withinMs: number): Promise<Response> {
  const unanswered = new AbortController();
  const timer = setTimeout(() => unanswered.abort(new Error('no answer')), CONNECT_WITHIN_MS);
  try {
    const signal = AbortSignal.any([unanswered.signal, AbortSignal.timeout(withinMs)]);
    const response = await fetch(url, { signal });
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
    return response;
  } catch (error) {
    throw new Error(`${url}: ${reasonOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** `fetch` hides the reason ("getaddrinfo ENOTFOUND …") behind "fetch failed". */
const reasonOf = (error: unknown): string => {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error ? inner.message : String(inner);
};

class Progress {
  #bytes = 0;
  #nextPercent = REPORT_EVERY_PERCENT;

  constructor(
    private readonly total: number | undefined,
    private readonly report: Report,
  ) {}

  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.total === undefined) return;
    const percent = Math.floor((this.#bytes / this.total) * 100);
    if (percent < this.#nextPercent) return;
    this.#nextPercent = percent - (percent % REPORT_EVERY_PERCENT) + REPORT_EVERY_PERCENT;
    this.report(`… ${percent} % of ${Math.ceil(this.total / 1e6)} MB`);
  }
}
