import { AgentFacts, checkFor } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { parseBootTime, readFacts, readPlainFacts } from './facts.js';
import { reasonFromJobs } from './stop-reason.js';

describe('readFacts', () => {
  it.each([
    ['says of this machine what the protocol wants to know', readFacts],
    ['has something to say where the library cannot', readPlainFacts],
  ])('%s', async (_, read) => {
    const facts = { bootId: '0'.repeat(16), version: '1', interval: 1000, ...(await read()) };
    const check = checkFor(AgentFacts);
    expect(check.accepts(facts), JSON.stringify(check.fault(facts))).toBe(true);
    expect(facts.bootTime).toBeLessThan(Date.now());
  });
});

describe('parseBootTime', () => {
  it('reads the second in which the host was started', () => {
    expect(parseBootTime('ctxt 1\nbtime 1700000000\nprocesses 2\n')).toBe(1_700_000_000_000);
    expect(parseBootTime('cpu 1')).toBeUndefined();
  });
});

describe('reasonFromJobs', () => {
  const job = (unit: string, kind: string) => [1, unit, kind, 'waiting', '/job', '/unit'];

  it('knows a reboot from a shutdown, whatever else is queued', () => {
    const stopping = [job('nginx.service', 'stop'), job('shutdown.target', 'start')];
    expect(reasonFromJobs([...stopping, job('reboot.target', 'start')])).toBe('reboot');
    expect(reasonFromJobs([...stopping, job('poweroff.target', 'start')])).toBe('shutdown');
  });

  it('takes a stop of the agent alone for a restart', () => {
    expect(reasonFromJobs([job('tocsin-agent.service', 'stop'), job('reboot.target', 'stop')])).toBe(
      'restart',
    );
  });
});
