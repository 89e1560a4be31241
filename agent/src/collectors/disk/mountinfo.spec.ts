import { describe, expect, it } from 'vitest';
import { fixture } from '../fixtures/fixture.js';
import type { Selection } from '../name-patterns.js';
import { parseMountinfo } from './mountinfo.js';
import { selectMounts } from './selection.js';

const none: Selection = { include: [], exclude: [] };
const server = parseMountinfo(fixture('mountinfo-server.txt'));
const names = (selection = none) => selectMounts(server, selection).map(({ mount }) => mount);

describe('parseMountinfo', () => {
  it('reads device, root, mount point, type and options, however many optional fields there are', () => {
    expect(
      parseMountinfo('36 35 98:0 /sub /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw\n'),
    ).toEqual([{ device: '98:0', root: '/sub', mount: '/mnt2', type: 'ext3', options: ['rw'] }]);
    expect(parseMountinfo('36 35 98:0 / /a rw - ext3 x rw')).toHaveLength(1);
  });

  it('puts spaces and backslashes back into paths', () => {
    const [mount] = parseMountinfo('1 1 8:1 / /a\\040b\\134c rw - ext4 x rw');
    expect(mount?.mount).toBe('/a b\\c');
  });

  it('leaves out lines that are cut off', () => {
    expect(parseMountinfo('36 35 98:0\n\n - ext4')).toEqual([]);
  });
});

describe('selectMounts', () => {
  it('takes real file systems once each, and neither pseudo ones, images, overlays nor bind mounts', () => {
    expect(names()).toEqual([
      '/',
      '/boot/efi',
      '/home',
      '/mnt/backup',
      '/mnt/disk',
      '/mnt/nas',
      '/mnt/nas/local',
      '/srv/my data',
    ]);
  });

  it('takes what is asked for, and lets an exclusion win', () => {
    expect(names({ include: ['/tmp', '/export'], exclude: [] })).toEqual(
      expect.arrayContaining(['/tmp', '/export', '/srv/my data']),
    );
    expect(names({ include: ['/tmp'], exclude: ['/mnt/*', '/tmp'] })).toEqual([
      '/',
      '/boot/efi',
      '/home',
      '/srv/my data',
    ]);
  });

  it('knows what may hang, also a local disk below a remote one', () => {
    const hang = selectMounts(server, none).filter(({ mayHang }) => mayHang);
    expect(hang.map(({ mount }) => mount)).toEqual(['/mnt/backup', '/mnt/nas', '/mnt/nas/local']);
  });

  it('tells what cannot be written any more, though not what is so for a hardened service alone', () => {
    const mounts = parseMountinfo(
      '1 1 8:1 / / ro - ext4 x rw\n2 1 8:2 / /data rw - ext4 x ro,errors=remount-ro\n',
    );
    expect(selectMounts(mounts, none).map(({ mount, readOnly }) => [mount, readOnly])).toEqual([
      ['/', false],
      ['/data', true],
    ]);
  });

  it("takes a container's own root and not the files that its engine mounts into it", () => {
    const container = parseMountinfo(fixture('mountinfo-container.txt'));
    expect(selectMounts(container, none).map(({ mount }) => mount)).toEqual(['/']);
    expect(selectMounts(container, { include: ['/data'], exclude: [] })).toHaveLength(2);
  });

  it('takes one disk from the kernel that this was written on', () => {
    expect(selectMounts(parseMountinfo(fixture('mountinfo-vm.txt')), none)).toEqual([
      { mount: '/', mayHang: false, readOnly: false },
    ]);
  });
});
