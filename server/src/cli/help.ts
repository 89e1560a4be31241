const line = (words: string, help: string): string => `  ${words.padEnd(28)} ${help}`;

export const helpText = (): string =>
  [
    'Usage: tocsin-hub [command] [options]',
    '',
    'The hub of Tocsin, and what keeps its data safe.',
    '',
    'Commands:',
    line('serve', 'run the hub until it is stopped; the same as no command'),
    line('backup [--to FILE|-]', 'write all data into one file, also while the hub runs; - is the'),
    line('', 'standard output; without --to a new file here, named by the time'),
    line('restore FILE', 'put a backup into an empty database; the hub must not run'),
    line('  --replace', 'into one that is not empty: what is there is lost'),
    line('  --check', 'only read the whole file and say whether it is sound'),
    line('restore --abandon', 'give up a restore that was killed while it loaded'),
    line('doctor [--json]', 'look for what is wrong, and say how to mend it; ends with 1 if so'),
    line('version', 'show the version, and end'),
    line('help', 'show this, and end'),
    '',
    'All read the same variables of the environment as the hub: TOCSIN_DATA_DIR, MONGODB_URI, …',
    'docs/operations.md has examples.',
    '',
  ].join('\n');
