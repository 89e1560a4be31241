// What evaluation costs a frame: `node bench/evaluation.mjs` after building shared and the hub. It runs what
// holds a frame against 20 rules, without network and database, for fleets of two sizes.
import { METRICS } from '../shared/dist/index.js';
import { HostAlerts } from '../server/dist/alerting/evaluation/host-alerts.js';
import { forTerminal, number } from './table.mjs';

const FRAMES = 60_000;
const FLEETS = [10, 1_000];
const RULES = 20;
const SECOND = 1_000;
const MOUNTS = ['/', '/home', '/var'];

/** About what a small server reports: 47 series. */
const SERIES = [
  ...['cpu.usage', 'cpu.iowait', 'cpu.steal', 'ram.usage', 'swap.usage', 'host.uptime', 'clock.skew'],
  ...MOUNTS.flatMap((mount) => [`disk.usage:${mount}`, `disk.inodes:${mount}`]),
  ...Array.from({ length: 30 }, (_, i) => `service.active:unit-${i}`),
  ...['in', 'out', 'errors', 'drops'].map((name) => `interface.${name}:eth0`),
].flatMap((key) => {
  const [id, instance] = key.split(/:(.*)/s);
  const metric = METRICS.get(id);
  return metric ? [{ key, metric, ...(instance && { instance }) }] : [];
});

const aggregate = (name) => ({ kind: 'aggregate', aggregate: name, windowSeconds: 300 });
const forecast = { kind: 'forecast', withinHours: 24, windowSeconds: 21_600, onlyFrom: 60 };
const rate = { kind: 'rate', per: 'hour', windowSeconds: 600 };

/** Rules that do not fire; `conditions` are dealt out in turn, undefined for each value as it comes. */
function rulesOf(conditions) {
  const metrics = ['cpu.usage', 'ram.usage', 'swap.usage', 'cpu.iowait', 'cpu.steal', 'clock.skew'];
  return Array.from({ length: RULES }, (_, i) => {
    const condition = conditions[i % conditions.length];
    const metric = condition?.kind === 'forecast' ? 'disk.usage' : metrics[i % metrics.length];
    return {
      ...{ id: String(i).padStart(24, '0'), name: `rule ${i}`, enabled: true, severity: 'warning', metric },
      ...{ comparison: '>', firesAt: 1e9, forSeconds: 60, keepFiringSeconds: 60, condition },
    };
  });
}

/** CPU in µs a frame, after a warm-up that also fills the windows. */
function measure(hosts, rules) {
  const fleet = Array.from({ length: hosts }, (_, i) => ({
    alerts: new HostAlerts({ id: String(i).padStart(24, 'a'), tags: [] }),
    layout: { series: SERIES },
  }));
  const values = Array.from({ length: 16 }, (_, n) => SERIES.map((_, i) => ((n * 7 + i * 13) % 100) + 0.5));
  let now = Date.UTC(2026, 0, 1);
  const run = (frames) => {
    for (let i = 0; i < frames; i += 1) {
      const { alerts, layout } = fleet[i % hosts];
      if (i % hosts === 0) now += SECOND;
      alerts.step(rules, { layout, values: values[i % 16] }, { now, patienceMs: 3 * SECOND });
    }
  };
  run(hosts * 310);
  const before = process.cpuUsage();
  run(FRAMES);
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / FRAMES, checks: fleet[0].alerts.size };
}

const MIXES = {
  'each value': [undefined],
  'a mix, half of them windows': [
    undefined,
    aggregate('avg'),
    undefined,
    aggregate('p95'),
    undefined,
    rate,
    undefined,
    forecast,
  ],
  'averages only': [aggregate('avg')],
  'percentiles only': [aggregate('p95')],
  'forecasts of 3 disks': [forecast],
};

const rows = Object.entries(MIXES).map(([name, conditions]) => {
  const rules = rulesOf(conditions);
  const measured = FLEETS.map((hosts) => measure(hosts, rules));
  return [name, number(measured[0].checks), ...measured.map(({ cpu }) => number(cpu, 2))];
});
process.stdout.write(
  `${forTerminal({ head: [`${RULES} rules`, 'series checked', ...FLEETS.map((n) => `µs a frame, ${number(n)} hosts`)], rows })}\n`,
);
