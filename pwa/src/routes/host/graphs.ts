import { METRICS, type Unit } from '@tocsin/shared';
import type { HostHistory } from '../../lib/charts/host-history.js';
import type { Line } from '../../lib/charts/time-chart.js';

/** One panel of the host page: which metrics share a chart. Units and labels come from the catalogue. */
export interface Graph {
  title: string;
  metrics: readonly string[];
  /** Fixed upper end of the axis. */
  top?: number;
  /** Metrics whose spread is drawn as a band, unless there are so many lines that bands would hide each other. */
  banded: readonly string[];
  /** What tells apart two metrics of the same instance, behind its name: `sda read`. */
  words?: Record<string, string>;
  /** Left out where the host has nothing of it. */
  optional?: boolean;
}

export const GRAPHS: readonly Graph[] = [
  { title: 'CPU', metrics: ['cpu.usage', 'cpu.system', 'cpu.iowait'], top: 100, banded: ['cpu.usage'] },
  { title: 'Memory', metrics: ['ram.usage', 'swap.usage'], top: 100, banded: ['ram.usage'] },
  { title: 'Disks', metrics: ['disk.usage'], top: 100, banded: ['disk.usage'] },
  { title: 'Network', metrics: ['net.in', 'net.out'], banded: ['net.in', 'net.out'] },
  { title: 'Load', metrics: ['cpu.load1', 'cpu.load5', 'cpu.load15'], banded: ['cpu.load1'] },
  {
    title: 'Pressure',
    metrics: ['pressure.cpu', 'pressure.memory', 'pressure.io'],
    banded: ['pressure.cpu', 'pressure.memory', 'pressure.io'],
    optional: true,
  },
  {
    title: 'Disk traffic',
    metrics: ['device.read', 'device.write'],
    banded: ['device.read', 'device.write'],
    words: { 'device.read': 'read', 'device.write': 'write' },
    optional: true,
  },
  {
    title: 'Temperatures',
    metrics: ['temperature.celsius'],
    banded: ['temperature.celsius'],
    optional: true,
  },
];

export const GRAPH_METRICS: readonly string[] = GRAPHS.flatMap(({ metrics }) => metrics);

const COLORS = 6;
const MOST_BANDS = 4;

export const unitOf = (graph: Graph): Unit => METRICS.get(graph.metrics[0] ?? '')?.unit ?? 'count';

/** The lines that a graph has for the series that there are, each instance by its own name. */
export function linesOf({ metrics, banded, words }: Graph, history: HostHistory): Line[] {
  const found = metrics.flatMap((metric) => {
    const names = history.instances(metric);
    const label = METRICS.get(metric)?.label ?? metric;
    const instances = names.length > 0 ? names : [undefined];
    return instances.flatMap((instance) => {
      const series = history.get(metric, instance);
      if (series === undefined) return [];
      const named = [instance ?? label, words?.[metric]].filter(Boolean).join(' ');
      return [{ label: named, series, spread: !history.exact, band: banded.includes(metric) }];
    });
  });
  const bands = !history.exact && found.filter(({ band }) => band).length <= MOST_BANDS;
  return found.map((line, i) => ({
    ...line,
    band: line.band && bands,
    color: `--line-${(i % COLORS) + 1}`,
  }));
}
