import { COMMANDS } from '../../config/sources.js';
import { COMMAND_HELP } from '../command-help.js';
import { SETTING_FLAGS, type Flag } from './flags.js';

/** Text as troff shows it letter for letter: a dash that can be copied, no line taken for a request. */
const plain = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');

function entry({ flag, placeholder, help, also, default: value }: Flag): string {
  const head = placeholder === undefined ? `.B ${plain(flag)}` : `.BI ${plain(flag)} " ${placeholder}"`;
  const usual = value === undefined ? '' : ` Default: ${plain(value)}.`;
  const places = also ? `\n.br\nFile: ${plain(also.file)}. Environment: ${plain(also.variable)}.` : '';
  return `.TP\n${head}\n${plain(help)}.${usual}${places}`;
}

/**
 * The page `tocsin-agent(8)`, in troff.
 *
 * @param date of this version, such as 2026-11-25
 */
export function manPage(version: string, date: string): string {
  return `.\\" Made from the agent's table of options.
.TH TOCSIN\\-AGENT 8 "${date}" "Tocsin ${version}" "System Administration"
.SH NAME
tocsin\\-agent \\- report this host to a Tocsin hub
.SH SYNOPSIS
.B tocsin\\-agent
.RI [ command ]
.RI [ options ]
.SH DESCRIPTION
Reads this host and reports it to a Tocsin hub, over one connection that it opens itself.
It listens on no port and needs no privileges.
The package runs it as the service
.B tocsin\\-agent.service
once the host has a key.
.SH COMMANDS
Without one of these it reports until it is told to stop.
${COMMANDS.map((command) => `.TP\n.B ${command}\n${plain(COMMAND_HELP[command])}.`).join('\n')}
.SH OPTIONS
Settings can stand in the configuration file and in the environment, too.
A flag is stronger than the environment, and that is stronger than the file.
What none of them gives, the hub may set.
Lists are separated by commas; names in them may hold * for any characters.
${SETTING_FLAGS.map(entry).join('\n')}
.SH EXIT STATUS
.TP
.B 0
All is well.
.TP
.B 1
A fault in the agent itself; with
.BR status :
it runs, but the hub does not get or keep what it sends.
.TP
.B 2
The configuration is wrong; one line says where and how.
.TP
.B 3
No connection to the hub, or the hub does not take this host; one line says why. With
.BR status :
no agent runs.
.SH FILES
.TP
.I /etc/tocsin/agent.yaml
The configuration.
.TP
.I /etc/tocsin/key
This host's key, for the user tocsin\\-agent only.
.TP
.I /var/lib/tocsin\\-agent
What must survive a restart, such as frames that the hub has not taken yet.
.TP
.I /run/tocsin\\-agent/status.sock
Where
.B status
asks.
.SH SEE ALSO
.BR systemctl (1),
.BR journalctl (1)
`;
}
