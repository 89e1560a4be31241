import { type Unit, formatValue } from '@tocsin/shared';
import {
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
  type ChartConfiguration,
  type ChartDataset,
  type TooltipItem,
} from 'chart.js';
import {
  formatClock,
  formatDateTime,
  formatDay,
  formatHour,
  formatMonth,
  formatUtc,
} from '../format/time.js';
import type { BandSeries, Point } from './band-series.js';
import { MONTH_MS, timeTicks } from './time-ticks.js';

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler, Tooltip);

/** One series in a chart. */
export interface Line {
  label: string;
  series: BandSeries;
  /** Custom property that holds its colour. */
  color: string;
  /** A step holds more than one value: the lowest and the highest are told beside the average. */
  spread?: boolean;
  /** Draws the range between the lowest and highest value of each step behind the line. */
  band?: boolean;
}

export interface Drawing {
  lines: readonly Line[];
  unit: Unit;
  /** Fixed upper end of the axis, in the unit. */
  top?: number;
  /** Points farther apart are not joined, in ms. */
  gap: number;
}

type LineSet = ChartDataset<'line', Point[]>;
type LineChart = Chart<'line', Point[]>;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const AXIS_PX = 64;
const MARK_PX = 76;

/** Round numbers on an axis need no decimals. */
const withoutZeros = (text: string) => text.replace(/\.0+(?=\s|$)/, '');

/** A canvas knows no custom properties: they are looked up, anew whenever the theme changes. */
const colorOf = (canvas: HTMLCanvasElement, property: string) =>
  getComputedStyle(canvas).getPropertyValue(property).trim();

function dataSets(canvas: HTMLCanvasElement, { lines, gap }: Drawing): LineSet[] {
  const plain = { parsing: false, normalized: true, pointRadius: 0, spanGaps: gap, tension: 0 } as const;
  return lines.flatMap(({ label, series, color, band }) => {
    const stroke = colorOf(canvas, color);
    const line: LineSet = {
      ...plain,
      label,
      data: series.avg,
      borderColor: stroke,
      backgroundColor: stroke,
      borderWidth: 1.5,
      pointHitRadius: 0,
      pointHoverRadius: 3,
    };
    if (!band) return [line];
    const edge = { ...plain, borderWidth: 0, pointHoverRadius: 0, backgroundColor: `${stroke}33` };
    return [line, { ...edge, data: series.max, fill: '+1' }, { ...edge, data: series.min }];
  });
}

/** The lines alone carry labels; the edges of their bands are told beside the average. */
function tooltipLabel(item: TooltipItem<'line'>, { lines, unit }: Drawing): string {
  const value = formatValue(unit, (item.raw as Point).y);
  const line = lines.find(({ label }) => label === item.dataset.label);
  const low = line?.series.min[item.dataIndex]?.y;
  const high = line?.series.max[item.dataIndex]?.y;
  const spread =
    line?.spread && low !== undefined && high !== undefined
      ? ` (${formatValue(unit, low)} – ${formatValue(unit, high)})`
      : '';
  return `${item.dataset.label}  ${value}${spread}`;
}

const offsetAt = (t: number): number => -new Date(t).getTimezoneOffset() * MINUTE;

const timeMark = (t: number, step: number): string => {
  if (step >= MONTH_MS) return formatMonth(t);
  if (step >= DAY || formatHour(t) === formatHour(new Date(t).setHours(0, 0, 0, 0))) return formatDay(t);
  return step < MINUTE ? formatClock(t) : formatHour(t);
};

/** The chart's settings. `drawing` is asked again at each redraw, so it may change. */
function configuration(
  canvas: HTMLCanvasElement,
  drawing: () => Drawing,
): ChartConfiguration<'line', Point[]> {
  const grid = { color: colorOf(canvas, '--chart-grid') };
  const ticks = { color: colorOf(canvas, '--ink-soft'), font: { size: 11 } };
  const { unit, top } = drawing();
  let marks = 0;
  return {
    type: 'line',
    data: { datasets: dataSets(canvas, drawing()) },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: {
        x: {
          type: 'linear',
          grid: { ...grid, tickLength: 4 },
          border: { display: false },
          ticks: {
            ...ticks,
            autoSkip: false,
            maxRotation: 0,
            callback: (value) => timeMark(Number(value), marks),
          },
          afterBuildTicks: (axis) => {
            const { at, step } = timeTicks(axis.min, axis.max, Math.max(2, axis.width / MARK_PX), offsetAt);
            marks = step;
            axis.ticks = at.map((value) => ({ value }));
          },
        },
        y: {
          beginAtZero: true,
          max: top,
          // Without it an idle line is stretched until noise looks like news.
          suggestedMax: unit === 'bytesPerSecond' ? 10_000 : 1,
          grid,
          border: { display: false },
          // A fixed width keeps the time axes of all charts in line.
          afterFit: (axis) => (axis.width = AXIS_PX),
          ticks: {
            ...ticks,
            maxTicksLimit: 5,
            callback: (value) => withoutZeros(formatValue(unit, Number(value))),
          },
        },
      },
      plugins: {
        tooltip: {
          filter: ({ dataset }) => dataset.label !== undefined,
          backgroundColor: colorOf(canvas, '--tip'),
          titleColor: colorOf(canvas, '--tip-ink'),
          bodyColor: colorOf(canvas, '--tip-ink'),
          footerColor: colorOf(canvas, '--tip-ink'),
          footerFont: { weight: 'normal', size: 11 },
          boxWidth: 8,
          boxHeight: 8,
          boxPadding: 4,
          multiKeyBackground: 'transparent',
          callbacks: {
            title: ([item]) => (item === undefined ? '' : formatDateTime((item.raw as Point).x)),
            label: (item) => tooltipLabel(item, drawing()),
            labelColor: ({ dataset }) => ({
              backgroundColor: String(dataset.borderColor),
              borderColor: 'transparent',
              borderWidth: 0,
            }),
            footer: ([item]) => (item === undefined ? '' : formatUtc((item.raw as Point).x)),
          },
        },
      },
    },
  };
}

/** A line chart over time that follows data which grows in place. */
export class TimeChart {
  readonly #chart: LineChart;
  readonly #canvas: HTMLCanvasElement;
  readonly #drawing: () => Drawing;
  #scheduled: number | undefined;
  #from = 0;
  #to = 0;

  constructor(canvas: HTMLCanvasElement, drawing: () => Drawing) {
    this.#canvas = canvas;
    this.#drawing = drawing;
    this.#chart = new Chart(canvas, configuration(canvas, drawing));
  }

  /** Other lines than before, or other data arrays. */
  reset(): void {
    this.#chart.data.datasets = dataSets(this.#canvas, this.#drawing());
  }

  /** Draws from `from` to `to` (UTC ms) with the browser's next frame, once however often it is asked. */
  show(from: number, to: number): void {
    this.#from = from;
    this.#to = to;
    this.#scheduled ??= requestAnimationFrame(() => {
      this.#scheduled = undefined;
      for (const set of this.#chart.data.datasets) {
        // A line needs two points; a host that has just come has one.
        if (set.label !== undefined) set.pointRadius = set.data.length < 2 ? 2 : 0;
      }
      Object.assign(this.#chart.options.scales?.['x'] ?? {}, { min: this.#from, max: this.#to });
      this.#chart.update('none');
    });
  }

  destroy(): void {
    if (this.#scheduled !== undefined) cancelAnimationFrame(this.#scheduled);
    this.#chart.destroy();
  }
}
