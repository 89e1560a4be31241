import { expect, it } from 'vitest';
import { Lane } from './lane.js';

it('lets as many start at the same time as it may', () => {
  const lane = new Lane({ concurrency: 2 });
  lane.start('a', 0);
  expect(lane.free(0)).toBe(1);
  lane.start('b', 0);
  expect(lane.free(0)).toBe(0);
  lane.end('a');
  expect(lane.free(0)).toBe(1);
});

it('lets no more start within a time than the other side takes', () => {
  const lane = new Lane({ concurrency: 1, limit: { messages: 2, perMs: 1_000 } });
  for (const at of [0, 100]) {
    lane.start('a', at);
    lane.end('a');
  }
  expect(lane.free(900)).toBe(0);
  expect(lane.free(1_000)).toBe(1);
  expect(lane.free(1_100)).toBe(1);
});

it('stands still as long as it was asked to', () => {
  const lane = new Lane({ concurrency: 1 });
  lane.pause(5_000);
  lane.pause(2_000);
  expect(lane.free(4_999)).toBe(0);
  expect(lane.free(5_000)).toBe(1);
  const ofMany = new Lane({ concurrency: 1, waitsAlone: true });
  ofMany.pause(5_000);
  expect(ofMany.free(0)).toBe(1);
});
