import type { Hold } from '@tocsin/shared';
import { beforeEach, expect, it, vi } from 'vitest';
import { rule, SECOND, World } from '../../../test/alert-world.js';

const quiet: Hold = { by: 'silence', id: 's1', name: 'Moving the racks' };

let world: World;
let hold: Hold | undefined;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  world = new World([rule()]);
  hold = undefined;
  world.holders.join(() => hold);
  await world.start();
  return () => vi.useRealTimers();
});

it('an incident that is held back when it opens is never told without the reason', () => {
  hold = quiet;
  world.frames(6, { '/': 95 });
  expect(world.told.map(({ holds }) => holds)).toEqual([[quiet]]);
});

it('a reason that comes or goes is told once, within a second', () => {
  world.frames(6, { '/': 95 });
  hold = quiet;
  world.pass(3 * SECOND);
  hold = { ...quiet };
  world.pass(SECOND);
  hold = undefined;
  world.pass(3 * SECOND);
  expect(world.told.map(({ holds }) => holds)).toEqual([undefined, [quiet], undefined]);
});

it('a resolved incident keeps what held it last', () => {
  hold = quiet;
  world.frames(6, { '/': 95 });
  world.frames(6, { '/': 10 });
  hold = undefined;
  world.pass(3 * SECOND);
  expect(world.told.at(-1)).toMatchObject({ status: 'resolved', holds: [quiet] });
});
