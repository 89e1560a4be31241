import { AgentConfig, checkFor } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import vectors from '../../../shared/test-vectors/config.json' with { type: 'json' };
import { checkRemote } from './remote.js';

describe('checkRemote', () => {
  it('takes every setting that a hub can give', () => {
    const settings = {
      interval: 60_000,
      services: ['nginx'],
      includeDisks: ['/mnt/a'],
      excludeDisks: [],
      includeInterfaces: ['docker0'],
      excludeInterfaces: ['wg*'],
    };
    expect(checkFor(AgentConfig).accepts({ settings, live: false })).toBe(true);
    expect(checkRemote(settings)).toEqual({ settings, passedOver: [] });
  });

  it.each([
    [{ interval: 10 }, 'interval should be from 50ms to 1h'],
    [{ interval: '1s' }, 'interval should be a number of milliseconds'],
    [{ services: 'nginx' }, 'services should be a list'],
    [{ excludeDisks: [1] }, 'excludeDisks should be a text'],
    [{ colour: 'red' }, 'colour is not known to this version'],
  ])('passes over %j by name and follows the rest', (wrong, message) => {
    const { settings, passedOver } = checkRemote({ ...wrong, includeDisks: ['/a'] });
    expect(settings).toEqual({ includeDisks: ['/a'] });
    expect(passedOver).toEqual([message]);
  });

  it.each([undefined, null, 'nonsense', 7])('makes nothing of %j', (told) => {
    expect(checkRemote(told)).toEqual({ settings: {}, passedOver: [] });
  });

  it('passes nothing over of what the vectors of the protocol accept', () => {
    for (const { message, accepts } of vectors.cases)
      if (accepts) expect(checkRemote((message as AgentConfig).settings).passedOver).toEqual([]);
  });
});
