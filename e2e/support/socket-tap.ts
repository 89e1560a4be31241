import type { HubToBrowserEvents } from '@tocsin/shared';
import type { Page } from 'playwright-core';
import type { Heard } from './live-client.js';

declare global {
  interface Window {
    heard: { at: number; name: string; message: unknown }[];
  }
}

type Name = keyof HubToBrowserEvents;
type Message<N extends Name> = Parameters<HubToBrowserEvents[N]>[0];

/** Notes what the page's own socket receives, and when. To be laid before the page is opened. */
export async function tapSocket(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.heard = [];
    window.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        this.addEventListener('message', ({ data }) => {
          // Socket.IO's event packet: type, namespace, and a JSON array of name and arguments.
          const event = typeof data === 'string' && /^42\/live,(\[.*)$/s.exec(data)?.[1];
          if (!event) return;
          const [name, message] = JSON.parse(event) as [string, unknown];
          window.heard.push({ at: Date.now(), name, message });
        });
      }
    };
  });
}

/** Forgets what was noted so far. */
export async function forget(page: Page): Promise<void> {
  await page.evaluate(() => void (window.heard.length = 0));
}

/** The first noted message of which all given fields fit, or the next one to come. */
export async function heard<N extends Name>(
  page: Page,
  name: N,
  fields: { [Path in string]: unknown },
  timeout = 20_000,
): Promise<Heard<Message<N>>> {
  const found = await page.waitForFunction(
    ({ name, fields }) =>
      window.heard.find(
        (entry) =>
          entry.name === name &&
          Object.entries(fields).every(
            ([path, wanted]) =>
              path
                .split('.')
                .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], entry.message) ===
              wanted,
          ),
      ),
    { name, fields },
    { timeout },
  );
  return (await found.jsonValue()) as Heard<Message<N>>;
}
