import { flagOf, OPTIONS, SETTING_NAMES } from '../config/options.js';

const line = (flag: string, help: string): string => `  ${flag.padEnd(32)} ${help}`;

export function helpText(): string {
  const settings = SETTING_NAMES.map((name) => {
    const { placeholder, help } = OPTIONS[name];
    return line(placeholder === undefined ? flagOf(name) : `${flagOf(name)} ${placeholder}`, help);
  });
  return [
    'Usage: tocsin-agent [options]',
    '',
    'Reads this host once a second and reports it to a Tocsin hub.',
    '',
    'Commands:',
    line('--print', 'show one frame as it would be sent, and end; needs no hub'),
    line('--check', 'check the configuration and the connection, and end'),
    line('--version', 'show the version, and end'),
    line('--help', 'show this, and end'),
    '',
    'Settings, also in the file (excludeDisks) and the environment (TOCSIN_EXCLUDE_DISKS):',
    line('--config FILE', 'configuration file (/etc/tocsin/agent.yaml)'),
    ...settings,
    '',
    'A flag is stronger than the environment, and that is stronger than the file. Lists are',
    'separated by commas; names in them may hold * for any characters.',
    '',
  ].join('\n');
}
