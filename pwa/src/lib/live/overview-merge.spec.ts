import type { HostState, OverviewDelta, OverviewSnapshot } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { changed, goneIn, isNews } from './overview-merge.js';

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
  hosts: [],
  removed: [],
});
const snapshot = (complete: boolean): OverviewSnapshot => ({
  complete,
  cursor: { hub: 'h', version: 5 },
  at: 0,
  hosts: [host('a')],
  removed: ['b'],
  openIncidents: [],
});

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

describe('goneIn', () => {
  it('takes away only what a snapshot since the cursor names as removed', () => {
    expect(goneIn(snapshot(false), ['a', 'b', 'c'])).toEqual(['b']);
  });

  it('takes away all that a complete snapshot does not hold', () => {
    expect(goneIn(snapshot(true), ['a', 'b', 'c'])).toEqual(['b', 'c']);
  });
});

describe('changed', () => {
  it('keeps what the change leaves out', () => {
    const before = host('a');
    const after = changed(before, { id: 'a', summary: { t: 1, cpu: 5, services: [] } });
    expect(after).toEqual({ ...before, summary: { t: 1, cpu: 5, services: [] } });
    expect(before.summary).toBeUndefined();
  });

  it('takes a new host whole', () => {
    expect(changed(undefined, host('n'))).toEqual(host('n'));
  });

  it('makes no host of a part of one that was removed', () => {
    expect(changed(undefined, { id: 'n', cpuTrend: [1] })).toBeUndefined();
  });
});
