import type { LoggedInUser } from '@tocsin/shared';
import { loggedInUser } from './logged-in-user.js';

/** Where the parts of a record stand, in bytes. */
interface Layout {
  size: number;
  seconds: number;
  address: number;
}

/**
 * glibc's `struct utmp`, see utmp(5). On 64-bit ARM the session and the time are 64 bits wide, so what
 * follows stands further back than on x86.
 */
export const UTMP_LAYOUTS = {
  x64: { size: 384, seconds: 340, address: 348 },
  arm64: { size: 400, seconds: 344, address: 360 },
} as const satisfies Record<string, Layout>;

export const utmpLayout = (architecture: string): Layout =>
  architecture === 'arm64' ? UTMP_LAYOUTS.arm64 : UTMP_LAYOUTS.x64;

const USER_PROCESS = 7;

/** Somebody in `/run/utmp`, and the process that stands for the session. */
export interface UtmpUser {
  process: number;
  user: LoggedInUser;
}

/** Reads `/run/utmp`: who is logged in, in its order. A record that is cut off is left out. */
export function parseUtmp(utmp: Buffer, layout: Layout): UtmpUser[] {
  const users: UtmpUser[] = [];
  for (let at = 0; at + layout.size <= utmp.length; at += layout.size) {
    if (utmp.readInt16LE(at) !== USER_PROCESS) continue;
    const text = (offset: number, length: number) => textAt(utmp, at + offset, length);
    const user = loggedInUser({
      name: text(44, 32),
      terminal: text(8, 32),
      from: text(76, 256) || address(utmp.subarray(at + layout.address, at + layout.address + 16)),
      // Without a sign, it lasts until 2106.
      since: utmp.readUInt32LE(at + layout.seconds) * 1000,
    });
    if (user) users.push({ process: utmp.readInt32LE(at + 4), user });
  }
  return users;
}

/** Text that ends with a zero or fills its field. */
function textAt(bytes: Buffer, from: number, length: number): string {
  const field = bytes.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

/** IPv4 takes the first four bytes. @returns empty for a login from the host itself */
function address(bytes: Buffer): string {
  if (bytes.every((byte) => byte === 0)) return '';
  if (bytes.subarray(4).every((byte) => byte === 0)) return bytes.subarray(0, 4).join('.');
  const groups = Array.from({ length: 8 }, (_, group) => bytes.readUInt16BE(group * 2).toString(16));
  // The one way to write an address short that the platform knows.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
