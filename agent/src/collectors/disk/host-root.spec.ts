import { describe, expect, it } from 'vitest';
import { DiskCollector } from './disk.js';
import { belowRoot, withinRoot } from './host-root.js';
import type { AskStatfs } from './space.js';

/** A container's own mounts, and below /host those of its host. */
const MOUNTINFO = `
600 500 0:50 / / rw,relatime - overlay overlay rw
601 600 0:51 / /proc rw - proc proc rw
602 600 8:1 /etc/resolv.conf /etc/resolv.conf rw - ext4 /dev/sda1 rw
603 600 8:1 / /host ro,relatime master:1 - ext4 /dev/sda1 rw
604 603 8:2 / /host/srv/my\\040data rw,relatime master:2 - xfs /dev/sda2 rw
605 603 0:22 / /host/proc rw master:3 - proc proc rw
606 600 8:3 / /hosting rw - ext4 /dev/sda3 rw
`.trim();

const disks = async (root: string) => {
  const asked: string[] = [];
  const stats = { bsize: 4096, blocks: 1000, bfree: 400, bavail: 350, files: 100, ffree: 40 };
  const answer = ((path: string) => {
    asked.push(path);
    return Promise.resolve(stats);
  }) as AskStatfs;
  const { read, ask } = belowRoot(root, (path) => (path.endsWith('mountinfo') ? MOUNTINFO : ''), answer);
  const collector = new DiskCollector({ include: [], exclude: [] }, read, ask);
  const frame = await collector.collect(0);
  return { asked: asked.sort(), mounts: frame.disks?.map(({ mount }) => mount) };
};

describe('withinRoot', () => {
  it('has what is below the root, and not what only begins alike', () => {
    expect(withinRoot(MOUNTINFO, '/host').split('\n')).toEqual([
      '603 600 8:1 / / ro,relatime master:1 - ext4 /dev/sda1 rw',
      '604 603 8:2 / /srv/my\\040data rw,relatime master:2 - xfs /dev/sda2 rw',
      '605 603 0:22 / /proc rw master:3 - proc proc rw',
    ]);
  });
});

describe('belowRoot', () => {
  it("gives the disks of a container's host their names on the host", async () => {
    expect(await disks('/host')).toEqual({
      asked: ['/host', '/host/srv/my data'],
      mounts: ['/', '/srv/my data'],
    });
  });

  it('has no disks where the root is not mounted', async () => {
    expect((await disks('/elsewhere')).asked).toEqual([]);
  });
});
