import { describe, expect, it } from 'vitest';
import { unitInterface, unitOfPath } from './unit-names.js';
import { watchList } from './watch-list.js';

describe('watchList', () => {
  it('means services where no other kind is named, in names and in patterns', () => {
    const { names, patterns } = watchList(['nginx', 'backup.timer', 'docker-*', '*.timer', 'foo@*.service']);
    expect(names).toEqual(['nginx.service', 'backup.timer']);
    expect(patterns).toEqual(['docker-*.service', '*.timer', 'foo@*.service']);
  });

  it('knows which units its patterns fit', () => {
    const { fits } = watchList(['docker-*', 'foo@*', 'nginx']);
    const units = [
      'docker-a.service',
      'docker-a.scope',
      'foo@1.service',
      'nginx.service',
      'my-docker-a.service',
    ];
    expect(units.filter(fits)).toEqual(['docker-a.service', 'foo@1.service']);
  });

  it('takes each unit once, however it is written', () => {
    expect(watchList(['nginx', 'nginx.service', 'nginx']).names).toEqual(['nginx.service']);
  });

  it('stands for what has failed only when nothing at all was asked for', () => {
    expect(watchList([]).onlyFailed).toBe(true);
    expect(watchList(['a']).onlyFailed).toBe(false);
    expect(watchList(['not a unit'])).toMatchObject({
      ...{ onlyFailed: false, names: [], problems: ['not a unit is not the name of a unit'] },
    });
  });
});

describe('unitOfPath', () => {
  it.each([
    ['nginx_2eservice', 'nginx.service'],
    ['docker_2dfoo_2eservice', 'docker-foo.service'],
    ['foo_401_2eservice', 'foo@1.service'],
    ['dev_2ddisk_2dby_5cx2did_2edevice', 'dev-disk-by\\x2did.device'],
    ['_31password_2eservice', '1password.service'],
    ['a_5fb_2eservice', 'a_b.service'],
  ])('takes %s for %s', (label, unit) => {
    expect(unitOfPath(`/org/freedesktop/systemd1/unit/${label}`)).toBe(unit);
  });
});

describe('unitInterface', () => {
  it.each([
    ['nginx.service', 'Service'],
    ['a.b.timer', 'Timer'],
  ])('of %s is %s', (unit, name) => {
    expect(unitInterface(unit)).toBe(name);
  });
});
