import { describe, expect, it } from 'vitest';
import type { Value } from '../../dbus/values.js';
import { message } from './fixtures/message.js';
import { toService, type Properties } from './unit-state.js';

const properties = (values: Record<string, Value>): Properties => new Map(Object.entries(values));

describe('toService', () => {
  it('reads what systemd answers about a running nginx', () => {
    const [unit] = message('reply-get-all-nginx').body as unknown as [Properties];
    expect(toService('nginx', unit, 4096)).toEqual({
      ...{ name: 'nginx', state: 'active', subState: 'running', memory: 4096 },
      since: Math.floor(Number(unit.get('ActiveEnterTimestamp')) / 1000),
    });
  });

  it('reads the signals that systemd sends when nginx was stopped', () => {
    const [kind, unit] = message('signal-unit-stopped').body as [string, Properties];
    const [, service] = message('signal-service-stopped').body as [string, Properties];
    expect(kind).toBe('org.freedesktop.systemd1.Unit');
    expect(toService('nginx', new Map([...unit, ...service]))).toEqual({
      ...{ name: 'nginx', state: 'inactive', subState: 'dead', restarts: 0 },
      since: Math.floor(Number(unit.get('InactiveEnterTimestamp')) / 1000),
    });
  });

  it.each([
    ['active', 'ActiveEnterTimestamp'],
    ['reloading', 'ActiveEnterTimestamp'],
    ['inactive', 'InactiveEnterTimestamp'],
    ['failed', 'InactiveEnterTimestamp'],
    ['activating', 'InactiveExitTimestamp'],
    ['deactivating', 'ActiveExitTimestamp'],
    ['maintenance', 'StateChangeTimestamp'],
  ])('of a unit that is %s takes the beginning from %s', (state, time) => {
    const unit = properties({ ActiveState: state, SubState: 'x', [time]: 5_000_999 });
    expect(toService('a', unit)).toEqual({ name: 'a', state, subState: 'x', since: 5000 });
  });

  it('takes refreshing, which systemd 257 knows, for reloading', () => {
    expect(toService('a', properties({ ActiveState: 'refreshing' })).state).toBe('reloading');
  });

  it('says nothing more of a unit that the host does not have', () => {
    const unit = properties({ LoadState: 'not-found', ActiveState: 'inactive', SubState: 'dead' });
    expect(toService('a', unit, 1)).toEqual({ name: 'a', state: 'not-found' });
  });

  it('refuses a state that it does not know', () => {
    expect(() => toService('a', properties({ ActiveState: 'levitating' }))).toThrow('levitating');
  });
});
