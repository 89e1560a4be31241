import { checkFor, HostSettings } from '@tocsin/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draftOf, settingsOf } from './agent-settings.js';

describe('the settings of an agent', () => {
  it('come back from the form as they went in', () => {
    const name = fc.stringMatching(/^[a-z/][a-z0-9 ./*-]{0,10}[a-z0-9*]$/);
    const list = fc.uniqueArray(name, { minLength: 1, maxLength: 4 });
    const settings = fc.record(
      { interval: fc.constantFrom(1_000, 60_000), services: list, excludeDisks: list },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(settings, (given) => {
        expect(settingsOf(draftOf(given))).toEqual(given);
      }),
    );
  });

  it('take names by the line or parted by commas, each once, and leave out what is empty', () => {
    const draft = { ...draftOf({}), services: ' nginx, docker-*\n\nnginx', excludeDisks: '/mnt/my disk' };
    const settings = settingsOf(draft);
    expect(settings).toEqual({ services: ['nginx', 'docker-*'], excludeDisks: ['/mnt/my disk'] });
    expect(checkFor(HostSettings).accepts(settings)).toBe(true);
  });
});
