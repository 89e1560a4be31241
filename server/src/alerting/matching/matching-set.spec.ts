import { type Incident, matcherOf } from '@tocsin/shared';
import { expect, it, vi } from 'vitest';
import { MatchingSet } from './matching-set.js';

const incident = (severity: Incident['severity']) => ({ severity, hostId: 'a' }) as Incident;

it('works out once what fits, as long as the incident and the tags of its host are the same', () => {
  const fits = vi.fn(matcherOf({ severities: ['critical'], tags: { match: 'any', names: ['db'] } }));
  const set = new MatchingSet([{ fits }]);
  const [one, db, web] = [incident('critical'), ['db'], ['web']];
  expect(set.fitting(one, db)).toHaveLength(1);
  expect(set.fitting(one, db)).toHaveLength(1);
  expect(fits).toHaveBeenCalledTimes(1);
  expect(set.fitting(one, web)).toHaveLength(0);
  expect(set.fitting(one, db)).toHaveLength(1);
  expect(set.fitting(incident('info'), db)).toHaveLength(0);
  expect(fits).toHaveBeenCalledTimes(4);
});
