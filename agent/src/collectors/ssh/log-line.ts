/** One message of sshd as a log holds it. */
export interface LogLine {
  /** The process that wrote it. */
  pid: string;
  message: string;
  /** When it was written, UTC ms. */
  t: number;
}

/** sshd; since OpenSSH 9.8 a process of its own for each connection, since 10.0 one more to let it in. */
export const PROGRAMS = ['sshd', 'sshd-session', 'sshd-auth'] as const;
