import type { HostState, OverviewDelta, OverviewSnapshot } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { changeOf, isNews } from './overview-merge.js';

const host = (id: string): HostState => ({
  id,
  name: id,
  tags: [],
  simulated: false,
  presence: { status: 'online', since: 0 },
  cpuTrend: [],
  incidents: { open: 0 },
});
const delta = (hub: string, version: number): OverviewDelta => ({
  cursor: { hub, version },
  at: 0,
  hosts: [host('a')],
  removed: ['b'],
});
const snapshot = (complete: boolean): OverviewSnapshot => ({ ...delta('h', 5), complete, openIncidents: [] });

describe('isNews', () => {
  it('takes a delta that is newer than what is held', () => {
    expect(isNews({ hub: 'h', version: 4 }, delta('h', 5))).toBe(true);
  });

  it('leaves out a delta that the snapshot already contained', () => {
    expect(isNews({ hub: 'h', version: 5 }, delta('h', 5))).toBe(false);
    expect(isNews({ hub: 'h', version: 9 }, delta('h', 5))).toBe(false);
  });

  it('leaves out a delta of a hub that was started anew, until its snapshot is here', () => {
    expect(isNews({ hub: 'before', version: 1 }, delta('after', 2))).toBe(false);
    expect(isNews(undefined, delta('after', 2))).toBe(false);
  });
});

describe('changeOf', () => {
  it('lets a delta put and remove only what it names', () => {
    expect(changeOf(delta('h', 5), ['a', 'b', 'c'])).toEqual({ put: [host('a')], remove: ['b'] });
  });

  it('lets a snapshot since the cursor do the same', () => {
    expect(changeOf(snapshot(false), ['a', 'b', 'c'])).toEqual({ put: [host('a')], remove: ['b'] });
  });

  it('lets a complete snapshot replace everything', () => {
    expect(changeOf(snapshot(true), ['a', 'b', 'c'])).toEqual({ put: [host('a')], remove: ['b', 'c'] });
  });
});
