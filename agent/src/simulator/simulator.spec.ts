import { AgentFacts, checkFor, Frame, ProcessList } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { simulatedFacts, SimulatedHost } from './simulated-host.js';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 24);

/** Readings once a second over a stretch of the simulator's ten minutes. */
function over(fromMinute: number, toMinute: number) {
  let t = START + fromMinute * MINUTE;
  const simulated = new SimulatedHost(() => t);
  const readings = [];
  for (; t < START + toMinute * MINUTE; t += 1000) readings.push(simulated.collect());
  return readings;
}
const usages = (readings: ReturnType<typeof over>) => readings.map(({ cpu }) => cpu!.usage);

describe('SimulatedHost', () => {
  it('gives frames that the hub accepts, day and night', () => {
    const check = checkFor(Frame);
    for (const reading of over(0, 20)) {
      const frame = { seq: 0, t: 0, ...reading };
      expect(check.accepts(frame), JSON.stringify(check.fault(frame))).toBe(true);
    }
    expect(simulatedFacts().hostname).toContain('simulated');
    const facts = {
      bootId: '0'.repeat(16),
      version: '1',
      interval: 1000,
      simulated: true,
      ...simulatedFacts(),
    };
    expect(checkFor(AgentFacts).accepts(facts)).toBe(true);
  });

  it('is calm at first, then spikes by itself for longer than the rule asks', () => {
    expect(Math.max(...usages(over(0, 1)))).toBeLessThan(60);
    expect(usages(over(1, 4.5)).filter((usage) => usage > 85).length).toBeGreaterThan(180);
    expect(Math.max(...usages(over(5, 10)))).toBeLessThan(60);
  });

  it('moves smoothly, also into a spike', () => {
    const values = usages(over(0, 5));
    const jumps = values.slice(1).map((value, at) => Math.abs(value - values[at]!));
    expect(Math.max(...jumps)).toBeLessThan(40);
  });

  it('spikes when a person asks for it, until asked again', () => {
    let t = START;
    const host = new SimulatedHost(() => t);
    const after = (seconds: number) => {
      t += seconds * 1000;
      return host.collect().cpu!.usage;
    };
    expect(after(1)).toBeLessThan(60);
    expect(host.toggleSpike()).toBe(true);
    expect(after(20)).toBeGreaterThan(95);
    expect(host.toggleSpike()).toBe(false);
    expect(after(20)).toBeLessThan(60);
  });

  it('has a service that fails now and then, and says since when', () => {
    const worker = (minute: number) =>
      over(minute, minute + 0.01)[0]!.services!.find(({ name }) => name === 'worker');
    expect(worker(5)).toMatchObject({ state: 'active', since: START - 3 * MINUTE });
    expect(worker(6.5)).toMatchObject({ state: 'failed', since: START + 6 * MINUTE });
    expect(worker(8)).toMatchObject({ state: 'active', since: START + 7 * MINUTE });
  });

  it('shows every part that a host can have', () => {
    const [reading] = over(0, 0.01);
    expect(Object.keys(reading!).sort()).toEqual(
      Object.keys(Frame.properties)
        .filter((part) => !['seq', 't', 'clock', 'agent', 'failures'].includes(part))
        .sort(),
    );
    expect(reading!.cpu!.cores).toHaveLength(simulatedFacts().cpus);
  });

  it('names the same things from frame to frame, so that their lines go on', () => {
    const names = over(0, 10).map(({ disks, devices, network, services, containers, temperatures }) =>
      [disks, devices, network!.interfaces, services, containers]
        .flatMap((part) => part!.map(({ name, mount }: { name?: string; mount?: string }) => name ?? mount))
        .concat(temperatures!.map(({ sensor }) => sensor))
        .join(),
    );
    expect(new Set(names).size).toBe(1);
  });

  it('is attacked over SSH every half hour, and each attempt is counted in one frame exactly', () => {
    const frames = over(0, 30).map(({ ssh }) => ssh!);
    const total = frames.reduce((sum, { attempts }) => sum + attempts, 0);
    expect(total).toBe(24 + 8);
    const worst = frames
      .flatMap(({ sources }) => sources)
      .filter(({ address }) => address === '203.0.113.77');
    expect(Math.max(...worst.map(({ attempts }) => attempts))).toBe(24);
    // Out of the window again before the next burst.
    expect(frames.at(-1)!.sources.map(({ address }) => address)).toEqual(['198.51.100.23']);
    expect(frames.at(-1)!.window).toBeLessThan(5);
    expect(frames.filter(({ accepted }) => accepted)).toHaveLength(1);
  });

  it('counts for a second cadence by itself, and spikes there as well', () => {
    let t = START + 13 * MINUTE;
    const stored = new SimulatedHost(() => t);
    const live = stored.forLive();
    stored.toggleSpike();
    t += 10_000;
    expect(live.collect().ssh!.attempts).toBe(stored.collect().ssh!.attempts);
    t += 10_000;
    expect(live.collect().cpu!.usage).toBeGreaterThan(90);
  });

  it('lists processes that fit what its frames say, with the worker on top of a spike', () => {
    let t = START;
    const host = new SimulatedHost(() => t);
    const usage = host.collect().cpu!.usage;
    const calm = host.processes();
    expect(checkFor(ProcessList).accepts(calm), JSON.stringify(checkFor(ProcessList).fault(calm))).toBe(true);
    expect(calm.byCpu[0]!.name).toBe('postgres');
    expect(calm.byCpu.reduce((sum, { cpu }) => sum + cpu, 0)).toBeLessThanOrEqual(usage * 1.2);
    host.toggleSpike();
    t += 20_000;
    host.collect();
    expect(host.processes().byCpu[0]).toMatchObject({ name: 'worker', user: 'app' });
    expect(host.processes().byCpu[0]!.cpu).toBeGreaterThan(70);
  });
});
