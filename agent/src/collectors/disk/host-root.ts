import type { ReadText } from '../read-text.js';
import type { AskStatfs } from './space.js';

/** Of one line of `/proc/self/mountinfo`: what stands before the mount point, the mount point, the rest. */
const LINE = /^(\S+ \S+ \S+ \S+) (\S+)( .*)$/;
const MOUNTINFO = '/proc/self/mountinfo';

/** What is mounted below this folder, as a host sees it whose root this folder is. */
export function withinRoot(mountinfo: string, root: string): string {
  return mountinfo
    .split('\n')
    .flatMap((line) => {
      const [, before, mount, after] = LINE.exec(line) ?? [];
      if (mount === root) return `${before} /${after}`;
      return mount?.startsWith(`${root}/`) ? `${before} ${mount.slice(root.length)}${after}` : [];
    })
    .join('\n');
}

/** Ways to read the file systems of a host whose root is mounted at this folder, as in a container. */
export function belowRoot(root: string, read: ReadText, ask: AskStatfs): { read: ReadText; ask: AskStatfs } {
  let seen = '';
  let within = '';
  return {
    read: (path) => {
      const text = read(path);
      if (path !== MOUNTINFO) return text;
      if (text !== seen) [seen, within] = [text, withinRoot(text, root)];
      return within;
    },
    ask: (mount) => ask(mount === '/' ? root : `${root}${mount}`),
  };
}
