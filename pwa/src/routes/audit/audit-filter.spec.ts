import { expect, it } from 'vitest';
import { isFiltered, NO_FILTER, queryOf } from './audit-filter.js';

it('asks for everything when nothing is chosen', () => {
  expect(queryOf(NO_FILTER)).toEqual({});
  expect(isFiltered(NO_FILTER)).toBe(false);
});

it('takes days whole, the last one too', () => {
  const filter = { ...NO_FILTER, kind: 'rules', from: '2026-03-28', to: '2026-03-29' } as const;
  expect(queryOf(filter)).toEqual({
    action: 'rules',
    from: new Date(2026, 2, 28).getTime(),
    to: new Date(2026, 2, 30).getTime(),
  });
  expect(isFiltered(filter)).toBe(true);
});
