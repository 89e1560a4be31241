import { describe, expect, it } from 'vitest';
import { isWell, type AgentStatus } from '../control/status.js';
import { inLines } from './status.js';

const well: AgentStatus = {
  version: '1.2.3',
  pid: 812,
  uptime: 11_520_000,
  memory: 51_900_000,
  hub: 'https://hub.example',
  connection: { open: true, since: 11_500_000, name: 'web-1' },
  frames: {
    sent: { seq: 90, age: 430 },
    acknowledged: { seq: 89, age: 900 },
    waiting: 2,
    waitingBytes: 2_400,
    oldest: 1_400,
    dropped: 0,
  },
  interval: { ms: 1_000, from: 'default' },
  live: false,
  skew: 3,
  collectors: [
    { collector: 'cpu', state: 'ok', problems: [] },
    { collector: 'memory', state: 'ok', problems: [] },
    { collector: 'sensors', state: 'nothing', problems: [] },
  ],
};

describe('inLines', () => {
  it('shows a person at a glance how the agent does', () => {
    expect(inLines(well)).toEqual([
      'tocsin-agent 1.2.3, process 812, running for 3 h 12 min, 52 MB',
      'hub         https://hub.example: connected for 3 h 12 min as web-1',
      'frames      last one 0.4 s ago, acknowledged 0.9 s ago, 2 wait (3 kB, the oldest 1.4 s old)',
      'interval    1 s (default)',
      'clock       right',
      'collectors  cpu, memory: ok',
      '            sensors: nothing to tell',
    ]);
  });

  it('says what is wrong', () => {
    const lines = inLines({
      ...well,
      connection: { open: false, since: 65_000, trouble: 'cannot reach it', nextAttempt: 4_200 },
      frames: { ...well.frames, waiting: 65, waitingBytes: 70_000, dropped: 7 },
      interval: { ms: 60_000, from: 'hub' },
      live: true,
      skew: -3_600_000,
      collectors: [
        { collector: 'disk', state: 'ok', problems: ['/nas does not answer'] },
        { collector: 'services', state: 'failing', problems: ['systemd is not running'] },
      ],
    }).join('\n');
    expect(lines).toContain('not connected for 1 min 5 s: cannot reach it; next attempt in 4.2 s');
    expect(lines).toContain('65 wait (70 kB, the oldest 1.4 s old), 7 dropped');
    expect(lines).toContain('1 min (set in the hub); each second while somebody watches');
    expect(lines).toContain('1 h behind the hub');
    expect(lines).toContain('disk: in part: /nas does not answer');
    expect(lines).toContain('services: failing: systemd is not running');
  });

  it('has words for an agent that has only begun', () => {
    const lines = inLines({
      ...well,
      connection: { open: false, since: 200 },
      frames: { waiting: 0, waitingBytes: 0, dropped: 0 },
      skew: undefined as never,
      collectors: [],
    }).join('\n');
    expect(lines).toContain('not connected for 0.2 s: connecting');
    expect(lines).toContain('none yet, none acknowledged yet, none waits');
    expect(lines).toContain('not compared with the hub yet');
  });
});

describe('isWell', () => {
  it('takes a hub that stores what it gets', () => {
    expect(isWell(well)).toBe(true);
  });

  it('gives a new connection the time to acknowledge something', () => {
    const { acknowledged: _, ...frames } = well.frames;
    expect(isWell({ ...well, frames, connection: { open: true, since: 5_000 } })).toBe(true);
    expect(isWell({ ...well, frames, connection: { open: true, since: 60_000 } })).toBe(false);
  });

  it('waits for as long as the interval asks for', () => {
    const frames = { ...well.frames, acknowledged: { seq: 1, age: 120_000 } };
    expect(isWell({ ...well, frames })).toBe(false);
    expect(isWell({ ...well, frames, interval: { ms: 60_000, from: 'hub' } })).toBe(true);
  });

  it('does not take an agent without a connection', () => {
    expect(isWell({ ...well, connection: { open: false, since: 1_000 } })).toBe(false);
  });
});
