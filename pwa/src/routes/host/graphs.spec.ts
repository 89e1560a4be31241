import { METRICS, type History } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { HostHistory } from '../../lib/charts/host-history.js';
import { GRAPHS, GRAPH_METRICS, linesOf, unitOf, type Graph } from './graphs.js';

const graph = (title: string): Graph => {
  const found = GRAPHS.find((one) => one.title === title);
  if (found === undefined) throw new Error(`no graph ${title}`);
  return found;
};
function loaded(step: number, ...series: [metric: string, instance?: string][]): HostHistory {
  const history = new HostHistory(60_000, 1000, 1000);
  const values = { min: [1], avg: [2], max: [3] };
  const answer: History = {
    host: 'a',
    from: 0,
    to: step,
    step,
    series: series.map(([metric, instance]) => ({ metric, instance, ...values })),
  };
  history.load([answer], step);
  return history;
}

describe('the graphs of a host', () => {
  it('show only metrics of the catalogue, with one unit a graph', () => {
    for (const id of GRAPH_METRICS) expect(METRICS.has(id), id).toBe(true);
    for (const one of GRAPHS) {
      expect(new Set(one.metrics.map((id) => METRICS.get(id)?.unit)), one.title).toEqual(
        new Set([unitOf(one)]),
      );
    }
  });

  it('draw a line for each mount, named after it', () => {
    const history = loaded(1000, ['disk.usage', '/var'], ['disk.usage', '/']);
    expect(linesOf(graph('Disks'), history).map(({ label }) => label)).toEqual(['/', '/var']);
  });

  it('tell two metrics of one disk apart by a word behind its name', () => {
    const history = loaded(1000, ['device.read', 'sda'], ['device.write', 'sda']);
    expect(linesOf(graph('Disk traffic'), history).map(({ label }) => label)).toEqual([
      'sda read',
      'sda write',
    ]);
  });

  it('leave out what the host does not have, for instance swap', () => {
    expect(linesOf(graph('Memory'), loaded(1000, ['ram.usage'])).map(({ label }) => label)).toEqual([
      'Memory',
    ]);
  });

  it('draw the spread only where a step holds more than one value', () => {
    expect(linesOf(graph('CPU'), loaded(1000, ['cpu.usage']))[0]?.band).toBe(false);
    expect(linesOf(graph('CPU'), loaded(60_000, ['cpu.usage']))[0]?.band).toBe(true);
  });

  it('tell the spread of many lines, and draw it only of few', () => {
    const disks = (count: number) =>
      Array.from({ length: count }, (_, i): [string, string] => ['disk.usage', `/${i}`]);
    for (const [count, drawn] of [
      [4, true],
      [5, false],
    ] as const) {
      for (const { band, spread } of linesOf(graph('Disks'), loaded(60_000, ...disks(count)))) {
        expect({ band, spread }).toEqual({ band: drawn, spread: true });
      }
    }
  });
});
