import { LIMITS } from '@tocsin/shared/limits';
import { namePatterns, type Selection } from '../name-patterns.js';
import type { Mount } from './mountinfo.js';

/** A mounted file system that is worth watching. */
export interface WatchedMount {
  mount: string;
  /** It is answered by another machine or a program, which may never do so. */
  mayHang: boolean;
  readOnly: boolean;
}

/** File systems on disks of this host. Images that are full by nature (squashfs, iso9660) are not here. */
const ON_DISK = new Set(
  'ext2 ext3 ext4 xfs btrfs f2fs jfs nilfs2 reiserfs vfat exfat msdos ntfs3 bcachefs zfs'.split(' '),
);

/** File systems of other machines: watched, though they may hang. */
const REMOTE = new Set(
  'nfs nfs4 cifs smb3 ceph glusterfs 9p afs beegfs lustre gpfs ocfs2 gfs2 virtiofs'.split(' '),
);

/** Of the file systems that a program serves, those where people store something. */
const STORING_FUSE = /^fuse(?:blk|\.(?:sshfs|s3fs|rclone|mergerfs|glusterfs|ceph.*|juicefs|seaweedfs))$/;

const mayHang = (type: string): boolean => REMOTE.has(type) || type.startsWith('fuse') || type === 'autofs';

function worthWatching({ type, mount, root }: Mount): boolean {
  // A container's own file system; elsewhere an overlay repeats the one below it.
  if (type === 'overlay') return mount === '/';
  // A bind mount repeats a part of another file system; a subvolume of btrfs has a root of its own.
  if (root !== '/' && mount !== '/' && type !== 'btrfs') return false;
  return ON_DISK.has(type) || REMOTE.has(type) || STORING_FUSE.test(type);
}

const isBelow = (mount: string, folder: string): boolean =>
  mount !== folder && mount.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

/**
 * The file systems to watch, each once and in the order of their mount points. Pseudo file systems,
 * images and bind mounts are left out unless they are asked for.
 */
export function selectMounts(mounts: readonly Mount[], { include, exclude }: Selection): WatchedMount[] {
  const included = namePatterns(include);
  const excluded = namePatterns(exclude);
  // What was mounted later on the same place hides what was there.
  const visible = [...new Map(mounts.map((mount) => [mount.mount, mount])).values()];
  const hangers = visible.filter(({ type }) => mayHang(type)).map(({ mount }) => mount);

  const chosen = new Map<string, Mount>();
  for (const mount of visible) {
    if (mount.mount.length > LIMITS.nameLength || excluded(mount.mount)) continue;
    const asked = included(mount.mount);
    if (!asked && !worthWatching(mount)) continue;
    // Asked for by name, another mount of the same device is shown beside the first.
    const key = asked ? mount.mount : mount.device;
    const known = chosen.get(key);
    if (known === undefined || mount.mount.length < known.mount.length) chosen.set(key, mount);
  }
  return [...chosen.values()]
    .map(({ mount, type, options }) => ({
      mount,
      // The way to a local disk may lead through a folder of a file system that hangs.
      mayHang: mayHang(type) || hangers.some((hanger) => isBelow(mount, hanger)),
      readOnly: options.includes('ro'),
    }))
    .sort((a, b) => (a.mount < b.mount ? -1 : 1))
    .slice(0, LIMITS.mounts);
}
