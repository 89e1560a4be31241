import type { Command, Switch } from '../config/sources.js';

/** What the agent can be told to do. `--help`, the manual and shell completion follow from this. */
export const COMMAND_HELP: Record<Command, string> = {
  run: 'report this host until it is stopped; the same as no command',
  status: 'show how the running agent does: connection, frames, what is read',
  enrol: 'let the hub know this host: --hub URL --token TOKEN [--name NAME]',
  check: 'check the configuration and the connection, and end',
  print: 'show one frame as it would be sent, and end; needs no hub',
  version: 'show the version, and end',
  help: 'show this, and end',
};

export const CONFIG_HELP = {
  flag: '--config',
  placeholder: 'FILE',
  help: 'configuration file (/etc/tocsin/agent.yaml)',
};

export const SWITCH_HELP: Record<Switch, string> = {
  json: 'with status: for programs',
  force: 'with enrol: replace the key and the hub that are there',
};
