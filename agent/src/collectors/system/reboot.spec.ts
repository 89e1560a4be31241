import { describe, expect, it } from 'vitest';
import { sysfs } from '../fixtures/sysfs.js';
import { compareVersions, isRebootRequired, newerKernelIsInstalled } from './reboot.js';

describe('isRebootRequired', () => {
  const kernels = { 'boot/vmlinuz-6.1.0-18-amd64': '', 'boot/config-6.1.0-30-amd64': '' };

  it.each(['run/reboot-required', 'run/reboot-needed'])(
    'believes the host when it makes %s',
    async (mark) => {
      expect(isRebootRequired(await sysfs({ ...kernels, [mark]: '' }), '6.1.0-18-amd64')).toBe(true);
      expect(isRebootRequired(await sysfs({ [mark]: '' }), '5.0.0')).toBe(true);
    },
  );

  it('sees a newer kernel beside the one that runs', async () => {
    expect(isRebootRequired(await sysfs(kernels), '6.1.0-18-amd64')).toBe(false);
    const updated = await sysfs({ ...kernels, 'boot/vmlinuz-6.1.0-21-amd64': '' });
    expect(isRebootRequired(updated, '6.1.0-18-amd64')).toBe(true);
    expect(isRebootRequired(updated, '6.1.0-21-amd64')).toBe(false);
  });

  it('cannot tell where the running kernel is none of those in /boot', async () => {
    expect(isRebootRequired(await sysfs(kernels), '6.18.44-fc')).toBeUndefined();
    expect(isRebootRequired(await sysfs({}), '6.1.0-18-amd64')).toBeUndefined();
  });
});

describe('newerKernelIsInstalled', () => {
  it.each([
    ['5.14.0-427.13.1.el9_4.x86_64', '5.14.0-503.11.1.el9_5.x86_64', true],
    ['5.14.0-427.el9.x86_64', '5.14.0-427.8.1.el9_4.x86_64', true],
    ['6.8.9-300.fc40.x86_64', '6.11.4-301.fc41.x86_64', true],
    ['6.4.0-150600.23.7-default', '6.4.0-150600.23.14-default', true],
    ['6.8.0-45-generic', '6.8.0-9-generic', false],
    // Another kind of kernel is no update of this one.
    ['6.8.0-45-generic', '6.11.0-8-lowlatency', false],
    ['6.1.0-18-amd64', '6.10.6+bpo-amd64', false],
    ['5.14.0-427.13.1.el9_4.x86_64', '5.15.0-200.131.27.el9uek.x86_64', false],
    ['5.14.0-427.13.1.el9_4.x86_64', '5.14.0-503.11.1.el9_5.x86_64+debug', false],
    ['5.14.0-427.13.1.el9_4.x86_64', '0-rescue-93c5f2a81d7e4b0f9a6c3d2e1f0a9b8c', false],
  ])('with %s running and %s installed: %s', (running, other, expected) => {
    expect(newerKernelIsInstalled([running, other], running)).toBe(expected);
  });
});

describe('compareVersions', () => {
  it('puts versions in the order of RPM', () => {
    const inOrder = ['5.4', '5.4.1', '5.10.0', '5.10.0-9', '5.10.0-10.el8', '5.10.0-10.1.el8', '6.0'];
    expect(inOrder.toReversed().sort(compareVersions)).toEqual(inOrder);
    expect(compareVersions('6.1.0-amd64', '6.1.0-amd64')).toBe(0);
  });
});
