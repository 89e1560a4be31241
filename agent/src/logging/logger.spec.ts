import { describe, expect, it } from 'vitest';
import { createLogger, type LogLevel } from './logger.js';

function logged(level: LogLevel, journald: boolean) {
  const lines: string[] = [];
  return { lines, log: createLogger(level, (line) => lines.push(line), journald) };
}

describe('createLogger', () => {
  it('writes time, level and line for people', () => {
    const { lines, log } = logged('info', false);
    log.warn('the hub is away');
    expect(lines).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z warn {2}the hub is away\n$/)]);
  });

  it('leaves the time to journald and tells it the priority', () => {
    const { lines, log } = logged('debug', true);
    log.error('a');
    log.debug('b');
    expect(lines).toEqual(['<3>a\n', '<7>b\n']);
  });

  it('leaves out what is below its level', () => {
    const { lines, log } = logged('warn', true);
    log.info('not this');
    log.error('but this');
    expect(lines).toHaveLength(1);
  });

  it('never lets text from outside look like a second line', () => {
    const { lines, log } = logged('info', true);
    log.info('name\n<0>panic\u001b[31m');
    expect(lines).toEqual(['<6>name <0>panic [31m\n']);
  });
});
