import type { RuleSettings } from './rule.js';

/** A rule to begin with. The key never changes; what it is for stands in `about`. */
export interface RuleTemplate {
  key: string;
  about: string;
  settings: RuleSettings;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const above = (firesAt: number, clearsAt: number) => ({ comparison: '>', firesAt, clearsAt }) as const;
const ABSENT = { condition: { kind: 'absent' }, comparison: '>=', firesAt: 1 } as const;

const template = (
  key: string,
  about: string,
  settings: Omit<RuleSettings, 'enabled' | 'severity'> & Partial<RuleSettings>,
): RuleTemplate => ({ key, about, settings: { enabled: true, severity: 'warning', ...settings } });

/** What people often want and not everybody needs; the rules that everybody needs are planted. */
export const RULE_TEMPLATES: readonly RuleTemplate[] = [
  template('cpu-average', 'Busy on the whole: peaks are evened out.', {
    name: 'CPU busy on average',
    metric: 'cpu.usage',
    condition: { kind: 'aggregate', aggregate: 'avg', windowSeconds: 15 * MINUTE },
    ...above(80, 70),
    forSeconds: 0,
    keepFiringSeconds: 5 * MINUTE,
  }),
  template('cpu-p95', 'Nearly always at the limit, with short rests.', {
    name: 'CPU at its limit again and again',
    metric: 'cpu.usage',
    condition: { kind: 'aggregate', aggregate: 'p95', windowSeconds: 30 * MINUTE },
    ...above(98, 95),
    forSeconds: 0,
    keepFiringSeconds: 5 * MINUTE,
    severity: 'info',
  }),
  template('ram-growing', 'Something takes ever more memory.', {
    name: 'Memory grows',
    metric: 'ram.usage',
    condition: { kind: 'rate', per: 'hour', windowSeconds: 2 * HOUR },
    ...above(5, 2),
    forSeconds: 30 * MINUTE,
    keepFiringSeconds: 10 * MINUTE,
  }),
  template('disk-full-soon', 'A disk that is filling fast will be full within hours.', {
    name: 'Disk full within 4 hours',
    metric: 'disk.usage',
    condition: { kind: 'forecast', withinHours: 4, windowSeconds: HOUR, onlyFrom: 60 },
    comparison: '>=',
    firesAt: 100,
    clearsAt: 98,
    forSeconds: 10 * MINUTE,
    keepFiringSeconds: 10 * MINUTE,
    severity: 'critical',
  }),
  template('inodes-soon', 'Inodes will run out within days.', {
    name: 'Inodes used up within 3 days',
    metric: 'disk.inodes',
    condition: { kind: 'forecast', withinHours: 72, windowSeconds: 6 * HOUR, onlyFrom: 50 },
    comparison: '>=',
    firesAt: 100,
    clearsAt: 98,
    forSeconds: HOUR,
    keepFiringSeconds: 10 * MINUTE,
  }),
  template('service-restarts', 'A service that systemd starts again and again.', {
    name: 'Service keeps restarting',
    metric: 'service.restarts',
    condition: { kind: 'rate', per: 'hour', windowSeconds: 10 * MINUTE },
    comparison: '>=',
    firesAt: 18,
    forSeconds: 0,
    keepFiringSeconds: 10 * MINUTE,
  }),
  template('container-gone', 'A container that was there is not reported any more.', {
    name: 'Container is gone',
    metric: 'container.running',
    ...ABSENT,
    forSeconds: 2 * MINUTE,
    keepFiringSeconds: 0,
    severity: 'critical',
  }),
  template('mount-gone', 'A file system that was there is not mounted any more.', {
    name: 'File system is gone',
    metric: 'disk.usage',
    ...ABSENT,
    forSeconds: MINUTE,
    keepFiringSeconds: 0,
    severity: 'critical',
  }),
  template('container-stopped', 'A container does not run.', {
    name: 'Container stopped',
    metric: 'container.running',
    comparison: '<',
    firesAt: 1,
    forSeconds: MINUTE,
    keepFiringSeconds: 15,
    severity: 'critical',
  }),
  template('reboot-required', 'An update waits for a restart of the host.', {
    name: 'Reboot required',
    metric: 'host.rebootRequired',
    comparison: '>=',
    firesAt: 1,
    forSeconds: HOUR,
    keepFiringSeconds: 0,
    severity: 'info',
  }),
  template('agent-drops', 'The agent gives up frames: the hub was away for too long.', {
    name: 'Frames are lost',
    metric: 'agent.dropped',
    condition: { kind: 'rate', per: 'hour', windowSeconds: 10 * MINUTE },
    ...above(0, 0),
    forSeconds: 0,
    keepFiringSeconds: 10 * MINUTE,
  }),
];
