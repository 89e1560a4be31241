import { checkFor, Frame, LiveFrame } from '@tocsin/shared';
import { describe, expect, it, vi } from 'vitest';
import type { Collector } from '../collectors/collector.js';
import { CollectorSet } from '../collectors/collector-set.js';
import { hostCollectors } from '../collectors/host-collectors.js';
import { UNWATCHED } from '../../test/test-agent.js';
import { Assembler, ownTimes, type Times } from './assemble.js';

const usage = (percent: number) => ({ cpu: { usage: percent } });

/** Clocks that go on by a second with each look. */
function ticking(skew?: number): Times {
  let [now, t] = [0, 1_000];
  return { monotonic: () => (now += 10), stamp: () => ({ t: (t += 1_000), skew }) };
}

/** Measures how many ms have passed since its reading before. */
class Rated implements Collector {
  readonly name = 'cpu';
  constructor(public before?: number) {}
  forLive = () => new Rated(this.before);
  collect(now: number) {
    const { before } = this;
    this.before = now;
    return before === undefined ? {} : usage(now - before);
  }
}

const assembler = (collectors: Collector[], times = ticking()) =>
  new Assembler(new CollectorSet(collectors), times);

describe('Assembler', () => {
  it('numbers frames from 0, after a first reading from which rates are counted', async () => {
    const frames = assembler([new Rated()]);
    await frames.prime();
    expect(await frames.next()).toMatchObject({ seq: 0, t: 2_000, ...usage(20) });
    expect(await frames.next()).toMatchObject({ seq: 1, t: 3_000, ...usage(20) });
  });

  it('says how far the clock is off, where that is known', async () => {
    expect(await assembler([], ticking(-70)).next()).toMatchObject({ clock: { skew: -70 } });
    expect(await assembler([], ticking()).next()).not.toHaveProperty('clock');
  });

  it('gives live frames no number, and takes nothing from the stored ones for them', async () => {
    let now = 0;
    const frames = assembler([new Rated()], { ...ticking(), monotonic: () => now });
    const at = async <T>(ms: number, read: () => Promise<T>) => ((now = ms), await read());
    await at(0, () => frames.prime());
    await at(60, () => frames.next());
    const live = await at(63, () => frames.live());
    expect(live).toMatchObject(usage(3));
    expect(checkFor(LiveFrame).accepts(live)).toBe(true);
    expect(await at(64, () => frames.live())).toMatchObject(usage(1));
    expect(await at(120, () => frames.next())).toMatchObject({ seq: 1, ...usage(60) });
    expect(await at(121, () => frames.live())).toMatchObject(usage(57));
  });

  it('begins live frames anew from the last stored one', async () => {
    let now = 0;
    const frames = assembler([new Rated()], { ...ticking(), monotonic: () => now });
    await frames.prime();
    await frames.live();
    await frames.endLive();
    now = 60;
    await frames.next();
    now = 70;
    expect(await frames.live()).toMatchObject(usage(10));
  });

  it('never reads a collector for both at once', async () => {
    let [reading, most] = [0, 0];
    const slow: Collector = {
      name: 'slow',
      collect: async () => {
        most = Math.max(most, ++reading);
        await new Promise((resolve) => setTimeout(resolve, 5));
        reading--;
        return {};
      },
    };
    const frames = assembler([slow]);
    await Promise.all([frames.next(), frames.live(), frames.next(), frames.live()]);
    expect(most).toBe(1);
  });

  it('takes over what is to be watched between two frames, for both', async () => {
    const reconfigure = vi.fn();
    const reconfigureLive = vi.fn();
    const collect = () => ({});
    const forLive = () => ({ name: 'disk', collect, reconfigure: reconfigureLive });
    const frames = assembler([{ name: 'disk', collect, reconfigure, forLive }]);
    await frames.live();
    await frames.reconfigure({ ...UNWATCHED, excludeDisks: ['/a'] });
    for (const told of [reconfigure, reconfigureLive])
      expect(told).toHaveBeenCalledExactlyOnceWith({ ...UNWATCHED, excludeDisks: ['/a'] });
  });

  it('makes of this machine frames that the hub accepts', async () => {
    const frames = assembler(hostCollectors(UNWATCHED, { ssh: true }, { info: () => undefined }), ownTimes);
    await frames.prime();
    const frame = await frames.next();
    expect(checkFor(Frame).accepts(frame), JSON.stringify(checkFor(Frame).fault(frame))).toBe(true);
    expect(frame.ram).toBeDefined();
    expect(frame.failures).toBeUndefined();
    const live = await frames.live();
    expect(checkFor(LiveFrame).accepts(live), JSON.stringify(checkFor(LiveFrame).fault(live))).toBe(true);
  });
});
