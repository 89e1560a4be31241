import { expect, it } from 'vitest';
import { maintenanceFault, type MaintenanceSettings } from './maintenance.js';

const weekly: MaintenanceSettings = {
  name: 'Updates',
  matchers: { severities: ['warning'] },
  schedule: {
    ...{ kind: 'weekly', timeZone: 'Europe/Berlin', at: '02:00', durationMinutes: 90, weekdays: ['sun'] },
  },
};
const NOW = Date.UTC(2026, 10, 27);

it.each<[string, Partial<MaintenanceSettings>, string | undefined]>([
  ['one that goes on', {}, undefined],
  ['one for everything', { matchers: {} }, '/matchers'],
  ['a zone that is none', { schedule: { ...weekly.schedule, timeZone: 'x' } }, '/schedule/timeZone'],
  ['one that is over', { schedule: { ...weekly.schedule, until: NOW } }, '/schedule/until'],
  ['one that was once', { schedule: { kind: 'once', startsAt: 1, endsAt: NOW } }, '/schedule/endsAt'],
])('of %s', (_, over, field) => {
  expect(maintenanceFault({ ...weekly, ...over }, NOW)?.field).toBe(field);
});
