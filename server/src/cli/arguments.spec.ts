import { describe, expect, it } from 'vitest';
import { fromArguments, UsageError } from './arguments.js';

describe('fromArguments', () => {
  it.each([
    ['', { command: 'serve' }],
    ['serve', { command: 'serve' }],
    ['version', { command: 'version' }],
    ['--version', { command: 'version' }],
    ['help', { command: 'help' }],
    ['backup --wrong --help', { command: 'help' }],
    ['backup', { command: 'backup', to: undefined }],
    ['backup --to -', { command: 'backup', to: '-' }],
    ['backup --to=there', { command: 'backup', to: 'there' }],
    ['restore there', { command: 'restore', action: 'into-empty', file: 'there' }],
    ['restore --into-empty there', { command: 'restore', action: 'into-empty', file: 'there' }],
    ['restore there --replace', { command: 'restore', action: 'replace', file: 'there' }],
    ['restore --check there', { command: 'restore', action: 'check', file: 'there' }],
    ['restore --abandon', { command: 'restore', action: 'abandon' }],
    ['doctor', { command: 'doctor', json: false }],
    ['doctor --json', { command: 'doctor', json: true }],
    ['rules export', { command: 'rules', asked: { action: 'export', to: undefined } }],
    ['rules export --to r.yaml', { command: 'rules', asked: { action: 'export', to: 'r.yaml' } }],
    ['rules diff -f r.yaml', { command: 'rules', asked: { action: 'diff', file: 'r.yaml', prune: false } }],
    [
      'rules apply --prune --file r.yaml',
      { command: 'rules', asked: { action: 'apply', file: 'r.yaml', prune: true } },
    ],
    [
      'rules apply -f r.yaml --dry-run',
      { command: 'rules', asked: { action: 'diff', file: 'r.yaml', prune: false } },
    ],
  ])('reads "%s"', (line, expected) => {
    expect(fromArguments(line.split(' ').filter(Boolean))).toEqual(expected);
  });

  it.each([
    ['dump', 'there is no command dump'],
    ['serve there', "Unexpected argument 'there'"],
    ['backup --json', "Unknown option '--json'"],
    ['backup --to', "Option '--to <value>' argument missing"],
    ['restore', 'restore needs the file'],
    ['rules', 'rules needs export, diff or apply'],
    ['rules diff', 'rules diff needs the file'],
    ['rules diff -f r.yaml --dry-run', "Unknown option '--dry-run'"],
    ['restore one two', 'one file at a time'],
    ['restore there --replace --check', '--replace and --check: one at a time'],
    ['restore there --abandon', '--abandon takes no file'],
  ])('refuses "%s"', (line, message) => {
    expect(() => fromArguments(line.split(' '))).toThrow(UsageError);
    expect(() => fromArguments(line.split(' '))).toThrow(message);
  });
});
