import { COMMANDS } from '../../config/sources.js';
import { COMMAND_HELP } from '../command-help.js';
import { SETTING_FLAGS as FLAGS, type Flag } from './flags.js';

/** Placeholders whose values are paths. */
const PATHS = ['FILE', 'FOLDER', 'MOUNTS'];
const takesPath = ({ placeholder }: Flag): boolean =>
  placeholder !== undefined && PATHS.includes(placeholder);
const takesValue = ({ placeholder }: Flag): boolean => placeholder !== undefined;
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

export function bashCompletion(): string {
  const names = (flags: readonly Flag[]) => flags.map(({ flag }) => flag);
  const values = FLAGS.filter((flag) => takesValue(flag) && !takesPath(flag));
  return `# bash completion for tocsin-agent, made from its table of options
_tocsin_agent() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]}
  case $before in
    ${names(FLAGS.filter(takesPath)).join(' | ')})
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
    ${names(values).join(' | ')})
      return
      ;;
  esac
  local words='${names(FLAGS).join(' ')}'
  [ "$COMP_CWORD" -gt 1 ] || words+=' ${COMMANDS.join(' ')}'
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _tocsin_agent tocsin-agent
`;
}

export function zshCompletion(): string {
  // In a description [ ] and : mean something.
  const text = (help: string) => help.replace(/[[\]:\\]/g, '\\$&');
  const specs = FLAGS.map((flag) => {
    const value = takesValue(flag) ? `:${flag.placeholder}:${takesPath(flag) ? '_files' : ' '}` : '';
    return `  ${quoted(`${flag.flag}[${text(flag.help)}]${value}`)}`;
  });
  return `#compdef tocsin-agent
# Made from the agent's table of options.
_arguments \\
  '1:command:(${COMMANDS.join(' ')})' \\
${specs.join(' \\\n')}
`;
}

export function fishCompletion(): string {
  const lines = FLAGS.map((flag) => {
    const value = takesPath(flag) ? ' -r -F' : takesValue(flag) ? ' -x' : '';
    return `complete -c tocsin-agent -f -l ${flag.flag.slice(2)}${value} -d ${quoted(flag.help)}`;
  });
  const commands = COMMANDS.map(
    (command) =>
      `complete -c tocsin-agent -f -n __fish_use_subcommand -a ${command} -d ${quoted(COMMAND_HELP[command])}`,
  );
  return `# Made from the agent's table of options.\n${[...commands, ...lines].join('\n')}\n`;
}
