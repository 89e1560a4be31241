import type { COMMANDS } from '../config/sources.js';

/** What the agent does besides reporting. `--help`, the manual and shell completion follow from this. */
export const COMMAND_HELP: Record<(typeof COMMANDS)[number], string> = {
  print: 'show one frame as it would be sent, and end; needs no hub',
  check: 'check the configuration and the connection, and end',
  version: 'show the version, and end',
  help: 'show this, and end',
};

export const CONFIG_HELP = {
  flag: '--config',
  placeholder: 'FILE',
  help: 'configuration file (/etc/tocsin/agent.yaml)',
};
