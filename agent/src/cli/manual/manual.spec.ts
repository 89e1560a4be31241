import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { flagOf, SETTING_NAMES, variableOf } from '../../config/options.js';
import { COMMANDS } from '../../config/sources.js';
import { bashCompletion, fishCompletion, zshCompletion } from './completions.js';
import { manPage } from './man-page.js';

const page = manPage('1.2.3', '2026-01-02');
/** As a reader sees it, dashes unescaped. */
const read = page.replaceAll('\\-', '-');

describe('manPage', () => {
  it('names every command, and every setting with its variable and its name in the file', () => {
    for (const command of COMMANDS) expect(read).toContain(`.B ${command}\n`);
    for (const name of SETTING_NAMES) {
      expect(read).toContain(flagOf(name));
      expect(read).toContain(`File: ${name}. Environment: ${variableOf(name)}.`);
    }
  });

  it('says version and date at its head', () => {
    expect(page).toContain('.TH TOCSIN\\-AGENT 8 "2026-01-02" "Tocsin 1.2.3"');
  });

  it('gives defaults as people write them', () => {
    expect(read).toContain('how often to report, such as 1s. Default: 1s.');
    expect(read).not.toContain('Default: .');
  });
});

describe('bashCompletion', () => {
  /** What bash offers for the last word of a line. */
  const offered = (...line: string[]): string[] =>
    execFileSync(
      'bash',
      [
        '-c',
        `${bashCompletion()}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); ` +
          `compopt() { :; }; _tocsin_agent; printf '%s\\n' "\${COMPREPLY[@]}"`,
        'bash',
        ...line,
      ],
      { encoding: 'utf8' },
    )
      .split('\n')
      .filter(Boolean);

  it('completes the command, which stands first', () => {
    expect(offered('tocsin-agent', 'pri')).toEqual(['print']);
    expect(offered('tocsin-agent', 'run', 'pri')).toEqual([]);
  });

  it('completes flags', () => {
    expect(offered('tocsin-agent', '--exclude-')).toEqual(['--exclude-disks', '--exclude-interfaces']);
    expect(offered('tocsin-agent', '--hub', 'https://x', '--ver')).toEqual([]);
  });

  it('completes paths where a path belongs, and nothing where only you can know', () => {
    expect(offered('tocsin-agent', '--config', '/etc/host')).toContain('/etc/hosts');
    expect(offered('tocsin-agent', '--hub', '--')).toEqual([]);
  });
});

describe('zshCompletion and fishCompletion', () => {
  it('offer every command and every flag', () => {
    for (const command of COMMANDS) {
      expect(zshCompletion()).toMatch(new RegExp(`1:command:\\([^)]*\\b${command}\\b`));
      expect(fishCompletion()).toContain(` -a ${command} -d `);
    }
    for (const flag of ['--config', ...SETTING_NAMES.map(flagOf)]) {
      expect(zshCompletion()).toContain(`  '${flag}[`);
      expect(fishCompletion()).toContain(` -l ${flag.slice(2)} `);
    }
  });

  it('keep a quote in a description from ending it', () => {
    expect(zshCompletion()).toContain(String.raw`this host'\''s key`);
    expect(fishCompletion()).toContain(String.raw`this host'\''s key`);
  });
});
