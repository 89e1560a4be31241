import type { ChannelTest } from '@tocsin/shared';
import { Types } from 'mongoose';
import type { Way } from './way.js';

/** Sends a message that says that it is a test, and keeps and answers what became of it. @param url where its button leads */
export async function tryOut(way: Way, url: string, now: number): Promise<ChannelTest> {
  const message = {
    id: new Types.ObjectId().toHexString(),
    ...{ state: 'firing' as const, severity: 'warning' as const, title: 'Test from Tocsin' },
    lines: ['This is a test: nothing is wrong. Alerts will look like this.'],
    ...{ items: [], url, now },
  };
  try {
    await way.send(message);
  } catch (error) {
    const reason = (error as Error).message;
    await way.note(new Date(now), reason);
    return { sent: false, error: reason };
  }
  await way.note(new Date(now));
  return { sent: true };
}
