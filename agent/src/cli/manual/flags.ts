import { flagOf, OPTIONS, SETTING_NAMES, variableOf } from '../../config/options.js';
import { CONFIG_HELP, SWITCH_HELP } from '../command-help.js';

/** A flag as the manual and shell completion show it. */
export interface Flag {
  flag: string;
  help: string;
  /** What stands for its value; none for a switch. */
  placeholder?: string;
  /** Where else it can be given. */
  also?: { file: string; variable: string };
  default?: string;
}

export const SETTING_FLAGS: readonly Flag[] = [
  CONFIG_HELP,
  ...Object.entries(SWITCH_HELP).map(([name, help]) => ({ flag: `--${name}`, help })),
  ...SETTING_NAMES.map((name) => {
    const { placeholder, help, default: value } = OPTIONS[name];
    const flag: Flag = { flag: flagOf(name), help, also: { file: name, variable: variableOf(name) } };
    if (placeholder !== undefined) flag.placeholder = placeholder;
    if (value !== undefined && String(value) !== '') flag.default = written(name, value);
    return flag;
  }),
];

/** A default as a person would write it. */
function written(name: string, value: unknown): string {
  return name === 'interval' ? `${Number(value) / 1000}s` : String(value);
}
