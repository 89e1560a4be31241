import { parseDocument } from 'yaml';

/** The configuration file that the package installs, and that `enrol` makes where there is none. */
export const NEW_FILE = `# Configuration of the Tocsin agent. What is not set here can be set in the app, and follows it; what is set
# here stays. Every setting: man tocsin-agent. After a change: systemctl restart tocsin-agent

# Address of the hub; \`tocsin-agent enrol\` writes it, and this host's key to /etc/tocsin/key.
#hub: https://tocsin.example.com

# How often to report.
#interval: 1s

# systemd units to watch; * stands for any characters.
#services: [nginx, postgresql, docker-*]

# Mounts and network interfaces to leave out, or to watch though they are left out by default.
#excludeDisks: [/mnt/scratch, /media/*]
#includeInterfaces: [docker0]
`;

/** A configuration file with the address of the hub in it, and otherwise as it was, comments included. */
export function withHub(text: string, hub: string): string {
  const line = `hub: ${hub}`;
  const lines = text.split('\n');
  // Behind the line that shows how it is done, else at the end.
  const example = lines.findIndex((one) => /^#\s*hub:/.test(one));
  if (example >= 0) lines.splice(example + 1, 0, line);
  const written = example >= 0 ? lines.join('\n') : `${text}${/(^|\n)$/.test(text) ? '' : '\n'}${line}\n`;
  if (hubOf(written) === hub) return written;
  // It is written in an unusual way, or names another hub.
  const document = parseDocument(text);
  document.set('hub', hub);
  return document.toString();
}

function hubOf(text: string): unknown {
  const document = parseDocument(text);
  return document.errors.length > 0 ? undefined : (document.toJSON() as { hub?: unknown } | null)?.hub;
}
