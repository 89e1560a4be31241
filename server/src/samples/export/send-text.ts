import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import type { Response } from 'express';

/** A client that takes nothing for so long, in ms, has gone without a word. */
const STALLED_MS = 120_000;

/** What is sent as a file. */
export interface TextFile {
  name: string;
  contentType: string;
  text: AsyncGenerator<string>;
}

/**
 * Sends a text as its reader takes it: nothing is made before there is room for it. A text that breaks off
 * breaks the connection, so that nobody takes a part for the whole.
 * @throws what the text throws before its first part, when it can still be told; else after the connection
 * was broken
 */
export async function sendText(
  { name, contentType, text }: TextFile,
  response: Response,
  stalledMs = STALLED_MS,
): Promise<void> {
  const first = await text.next();
  response.attachment(name);
  response.set({ 'Content-Type': contentType, 'Cache-Control': 'no-store' });
  response.setTimeout(stalledMs, () => response.destroy());
  const rest = async function* () {
    if (first.done !== true) yield first.value;
    for await (const part of text) {
      // A quick reader takes one part after the other: without a pause the hub would do nothing else.
      await setImmediate();
      yield part;
    }
  };
  await pipeline(Readable.from(rest(), { objectMode: false }), response);
}
