import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a host keeps what is looked for. */
export interface Surroundings {
  sshd: readonly string[];
  journalctl: readonly string[];
  /** Folders of journals, with one of each machine in them. */
  journals: readonly string[];
  machineId: string;
  /** Log files that sshd's messages are in, by whoever writes them: Debian, Red Hat, Alpine and SUSE. */
  logs: readonly string[];
}

export const HOST: Surroundings = {
  sshd: ['/usr/sbin/sshd', '/usr/bin/sshd', '/usr/local/sbin/sshd', '/run/current-system/sw/bin/sshd'],
  journalctl: ['/usr/bin/journalctl', '/bin/journalctl', '/run/current-system/sw/bin/journalctl'],
  journals: ['/var/log/journal', '/run/log/journal'],
  machineId: '/etc/machine-id',
  logs: ['/var/log/auth.log', '/var/log/secure', '/var/log/messages'],
};

export type Access = 'readable' | 'forbidden' | 'absent';

/** What this process may do with a file. The kernel is asked by trying, since more than modes decide. */
export function accessOf(path: string): Access {
  try {
    closeSync(openSync(path, 'r'));
    return 'readable';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'absent' : 'forbidden';
  }
}

export const isThere = (paths: readonly string[]): boolean =>
  paths.some((path) => accessOf(path) !== 'absent');

/** The journal of this host: the machine it is filed under, and whether the system's part may be read. */
export interface Journal {
  machine: string;
  access: Access;
}

export function findJournal({ journals, machineId }: Surroundings): Journal {
  let machine: string;
  try {
    machine = readFileSync(machineId, 'utf8').trim();
  } catch {
    return { machine: '', access: 'absent' };
  }
  const found = journals.map((folder) => accessOf(join(folder, machine, 'system.journal')));
  const access = (['readable', 'forbidden'] as const).find((one) => found.includes(one)) ?? 'absent';
  return { machine, access };
}
