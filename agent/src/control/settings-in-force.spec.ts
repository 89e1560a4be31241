import { describe, expect, it } from 'vitest';
import { UNWATCHED } from '../../test/test-agent.js';
import { SettingsInForce } from './settings-in-force.js';

const own = { ...UNWATCHED, interval: 1000 };

describe('SettingsInForce', () => {
  it('holds to what is set on the host, else to the hub, else to the default', () => {
    const settings = new SettingsInForce({ ...own, services: ['nginx'] }, ['services']);
    settings.follow({ services: ['ssh'], interval: 60_000 });
    expect(settings.interval).toBe(60_000);
    expect(settings.watched).toEqual({ ...UNWATCHED, services: ['nginx'] });
    expect(
      (['services', 'interval', 'excludeDisks'] as const).map((name) => settings.sourceOf(name)),
    ).toEqual(['host', 'hub', 'default']);
  });

  it('says what holds differently now', () => {
    const settings = new SettingsInForce(own, ['excludeDisks']);
    expect(settings.follow({ interval: 5000, services: ['a'], excludeDisks: ['/x'] })).toEqual([
      'interval',
      'services',
    ]);
    expect(settings.follow({ interval: 5000, services: ['a'] })).toEqual([]);
  });

  it('goes back to the default when the hub asks for nothing any more', () => {
    const settings = new SettingsInForce(own, []);
    settings.follow({ interval: 5000 });
    expect(settings.follow({})).toEqual(['interval']);
    expect(settings.interval).toBe(1000);
  });
});
