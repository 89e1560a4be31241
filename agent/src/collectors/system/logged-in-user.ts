import type { LoggedInUser } from '@tocsin/shared';
import { printable } from '../printable.js';

/** Fits to a frame what a login says of itself. @returns undefined where it names nobody */
export function loggedInUser(said: {
  name: string;
  terminal: string;
  from: string;
  /** UTC ms. */
  since: number;
}): LoggedInUser | undefined {
  const name = printable(said.name, 64);
  const terminal = printable(said.terminal, 64);
  const from = printable(said.from, 256);
  if (name === '') return undefined;
  return {
    name,
    ...(terminal !== '' && { terminal }),
    // A display of the host itself is written like `:0`.
    ...(from !== '' && !/^:\d/.test(from) && { from }),
    ...(said.since > 0 && { since: said.since }),
  };
}
