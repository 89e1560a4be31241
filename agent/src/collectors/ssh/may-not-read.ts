import { userInfo } from 'node:os';

/** Says what a person has to do so that this process may read logs. @param what which of them it cannot */
export function mayNotRead(what: string): string {
  return (
    `${what} may not be read: run \`usermod -aG systemd-journal,adm ${userName()}\` and restart the agent ` +
    '(in a systemd unit: SupplementaryGroups=systemd-journal adm)'
  );
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A number without a name, as in a container.
    return 'USER';
  }
}
