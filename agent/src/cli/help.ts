import { flagOf, OPTIONS, SETTING_NAMES } from '../config/options.js';
import { COMMANDS } from '../config/sources.js';
import { COMMAND_HELP, CONFIG_HELP, SWITCH_HELP } from './command-help.js';

const line = (flag: string, help: string): string => `  ${flag.padEnd(32)} ${help}`;

export function helpText(): string {
  const settings = SETTING_NAMES.map((name) => {
    const { placeholder, help } = OPTIONS[name];
    return line(placeholder === undefined ? flagOf(name) : `${flagOf(name)} ${placeholder}`, help);
  });
  return [
    'Usage: tocsin-agent [command] [options]',
    '',
    'Reads this host once a second and reports it to a Tocsin hub.',
    '',
    'Commands:',
    ...COMMANDS.map((command) => line(command, COMMAND_HELP[command])),
    ...Object.entries(SWITCH_HELP).map(([name, help]) => line(`--${name}`, help)),
    '',
    'Settings, also in the file (excludeDisks) and the environment (TOCSIN_EXCLUDE_DISKS):',
    line(`${CONFIG_HELP.flag} ${CONFIG_HELP.placeholder}`, CONFIG_HELP.help),
    ...settings,
    '',
    'A flag is stronger than the environment, and that is stronger than the file. Lists are',
    'separated by commas; names in them may hold * for any characters.',
    '',
  ].join('\n');
}
