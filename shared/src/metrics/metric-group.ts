import type { LiveFrame } from '../protocol/frame.js';

export type Unit =
  | 'percent'
  | 'bytes'
  | 'bytesPerSecond'
  | 'perSecond'
  | 'load'
  | 'count'
  | 'state'
  | 'seconds'
  | 'milliseconds'
  | 'celsius';

/** What tells the instances of a metric apart: one value per mount point, interface, service and so on. */
export type InstanceKind =
  | 'mount'
  | 'interface'
  | 'service'
  | 'core'
  | 'device'
  | 'container'
  | 'sensor'
  /** A source address of SSH logins. */
  | 'source';

/** One thing that is measured. Frames, rules, charts and documents all follow from this description. */
export interface Metric {
  id: string;
  label: string;
  /** One sentence for people who choose this metric for a rule. */
  help: string;
  unit: Unit;
  /** The smallest step that is stored, in the metric's unit; values are kept as whole multiples of it. */
  resolution: number;
  instance?: InstanceKind;
}

type Read<Part> = (part: Part) => number | undefined;
type Described<Part> = Omit<Metric, 'id' | 'instance'> & { read: Read<Part> };

/** Metrics that are read from the same part of a frame. */
export interface MetricGroup<Part = unknown> {
  prefix: string;
  instance?: InstanceKind;
  parts: (frame: LiveFrame) => readonly Part[];
  name?: (part: Part) => string;
  metrics: { metric: Metric; read: Read<Part> }[];
}

export function group<Part>(
  prefix: string,
  parts: (frame: LiveFrame) => readonly Part[],
  described: Record<string, Described<Part>>,
  instance?: { kind: InstanceKind; name: (part: Part) => string },
): MetricGroup<Part> {
  const metrics = Object.entries(described).map(([name, { read, ...rest }]) => ({
    metric: { id: `${prefix}.${name}`, ...rest, ...(instance && { instance: instance.kind }) },
    read,
  }));
  return { prefix, parts, metrics, ...(instance && { instance: instance.kind, name: instance.name }) };
}

export const none: readonly never[] = [];
export const one = <Part>(part: Part | undefined): readonly Part[] => (part === undefined ? none : [part]);
export const share = (part: number, whole: number): number | undefined =>
  whole > 0 ? Math.min(100, (part / whole) * 100) : undefined;
export const flag = (value: boolean | undefined): number | undefined =>
  value === undefined ? undefined : +value;

export const percent = { unit: 'percent', resolution: 0.1 } as const;
export const bytes = { unit: 'bytes', resolution: 65_536 } as const;
export const rate = { unit: 'bytesPerSecond', resolution: 1 } as const;
export const load = { unit: 'load', resolution: 0.01 } as const;
export const count = { unit: 'count', resolution: 1 } as const;
export const perSecond = { unit: 'perSecond', resolution: 0.1 } as const;
