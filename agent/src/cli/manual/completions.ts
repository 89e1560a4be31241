import { COMMAND_FLAGS, SETTING_FLAGS, type Flag } from './flags.js';

const FLAGS = [...COMMAND_FLAGS, ...SETTING_FLAGS];
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
  mapfile -t COMPREPLY < <(compgen -W '${names(FLAGS).join(' ')}' -- "$word")
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
${specs.join(' \\\n')}
`;
}

export function fishCompletion(): string {
  const lines = FLAGS.map((flag) => {
    const value = takesPath(flag) ? ' -r -F' : takesValue(flag) ? ' -x' : '';
    return `complete -c tocsin-agent -f -l ${flag.flag.slice(2)}${value} -d ${quoted(flag.help)}`;
  });
  return `# Made from the agent's table of options.\n${lines.join('\n')}\n`;
}
