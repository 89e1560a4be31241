import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { follow, NOBODY_TOLD, type Notice, type RouteState, type Told } from './follow.js';
import type { PolicySettings } from './policy.js';

const MINUTE = 60_000;
const START = 1_800_000_000_000;
const to = [{ kind: 'role', role: 'owner' }] as const satisfies PolicySettings['steps'][number]['to'];
const plan: Pick<PolicySettings, 'steps' | 'repeat'> = {
  steps: [0, 300, 900].map((afterSeconds) => ({ afterSeconds, to: [...to] })),
  repeat: { everySeconds: 600, doublesUpToSeconds: 3_000 },
};
const held = [{ by: 'silence' }] as const;

/** An incident that people are told of, minute by minute. */
class Story {
  now = START;
  incident: Told = { status: 'open' };
  state: RouteState = NOBODY_TOLD;
  readonly told: string[] = [];

  constructor(private readonly followed = plan) {}

  at(minutes: number, change: Partial<Told> = {}): this {
    const end = START + minutes * MINUTE;
    if (this.now === START) this.#look();
    while (this.now < end) {
      this.now += MINUTE;
      if (this.now < end) this.#look();
    }
    this.incident = { ...this.incident, ...change };
    this.#look();
    return this;
  }

  #look(): void {
    const { state, notice } = follow(this.followed, this.state, this.incident, this.now);
    this.state = state;
    if (notice) this.told.push(`${(this.now - START) / MINUTE} ${wordsOf(notice)}`);
  }
}
const wordsOf = ({ kind, from, to }: Notice) => `${kind} ${from}-${to}`;

describe('without an acknowledgement', () => {
  it('goes from step to step and then tells the last one again, each time after twice as long up to the bound', () => {
    expect(new Story().at(180).told).toEqual([
      '0 firing 0-1',
      '5 firing 1-2',
      '15 firing 2-3',
      '25 reminder 2-3',
      '45 reminder 2-3',
      '85 reminder 2-3',
      '135 reminder 2-3',
    ]);
  });

  it('says nothing more without a repetition', () => {
    expect(new Story({ steps: plan.steps.slice(0, 1) }).at(600).told).toEqual(['0 firing 0-1']);
  });

  it('takes steps together that were missed while the hub was away', () => {
    const first = follow(plan, NOBODY_TOLD, { status: 'open' }, START);
    expect(follow(plan, first.state, { status: 'open' }, START + 60 * MINUTE).notice).toEqual({
      kind: 'firing',
      from: 1,
      to: 3,
    });
  });
});

describe('an acknowledgement', () => {
  it('is told to those who were told, and ends steps and repetitions', () => {
    expect(new Story().at(6).at(7, { acknowledgedAt: 1 }).at(300).told).toEqual([
      '0 firing 0-1',
      '5 firing 1-2',
      '7 acknowledged 0-2',
    ]);
  });

  it('that is taken back or runs out is told, and the clock starts again from the step that was reached', () => {
    const story = new Story().at(6, { acknowledgedAt: 1 }).at(10, { acknowledgedAt: undefined }).at(21);
    expect(story.told.slice(2)).toEqual(['6 acknowledged 0-2', '10 reminder 0-2', '20 firing 2-3']);
  });

  it('before anybody was told is told to nobody, nor is the end', () => {
    const story = new Story();
    story.incident = { status: 'open', acknowledgedAt: 1 };
    expect(story.at(60).at(61, { status: 'resolved' }).told).toEqual([]);
  });
});

describe('snoozed', () => {
  const snoozed = [{ by: 'snoozed' }] as const;
  const once = { steps: plan.steps.slice(0, 1) };

  it('those who were told are told again when it ends, though nothing else would be due', () => {
    const story = new Story(once).at(3, { holds: snoozed }).at(63, { holds: undefined });
    expect(story.at(90).told).toEqual(['0 firing 0-1', '63 reminder 0-1']);
  });

  it('whoever takes care meanwhile is told of, and nobody is told again', () => {
    const story = new Story(once).at(3, { holds: snoozed }).at(5, { acknowledgedAt: 5 });
    expect(story.at(63, { holds: undefined }).at(90).told).toEqual(['0 firing 0-1', '5 acknowledged 0-1']);
  });

  it('before anybody was told, it begins when that ends', () => {
    const story = new Story(once);
    story.incident = { status: 'open', holds: snoozed };
    expect(story.at(60, { holds: undefined }).at(90).told).toEqual(['60 firing 0-1']);
  });
});

describe('held back', () => {
  it('from the beginning, nobody is told until it is over', () => {
    const story = new Story();
    story.incident = { status: 'open', holds: held };
    expect(story.at(30).told).toEqual([]);
    expect(story.at(31, { holds: undefined }).at(36).told).toEqual(['31 firing 0-1', '36 firing 1-2']);
  });

  it('later, the time does not count towards the next step', () => {
    const story = new Story().at(3, { holds: held }).at(33, { holds: undefined }).at(36);
    expect(story.told).toEqual(['0 firing 0-1', '35 firing 1-2']);
  });

  it('and acknowledged meanwhile, those who were told of it are told', () => {
    expect(new Story().at(3, { holds: held }).at(4, { acknowledgedAt: 1 }).at(60).told).toEqual([
      '0 firing 0-1',
      '4 acknowledged 0-1',
    ]);
  });

  it('and over meanwhile, nobody is told who was not', () => {
    const story = new Story();
    story.incident = { status: 'open', holds: held };
    expect(story.at(3).at(4, { status: 'resolved' }).at(9).told).toEqual([]);
  });

  it('and over meanwhile, those who were told of it are told', () => {
    expect(new Story().at(3, { holds: held }).at(4, { status: 'resolved' }).told).toEqual([
      '0 firing 0-1',
      '4 resolved 0-1',
    ]);
  });
});

it('tells the end once, to all steps that were told', () => {
  expect(new Story().at(6).at(7, { status: 'resolved' }).at(900).told.slice(2)).toEqual(['7 resolved 0-2']);
});

const change = fc.record({
  after: fc.integer({ min: 0, max: 40 * MINUTE }),
  what: fc.constantFrom<Partial<Told>>(
    {},
    { acknowledgedAt: 1 },
    { acknowledgedAt: 2 },
    { acknowledgedAt: undefined },
    { holds: held },
    { holds: undefined },
  ),
});

it('whatever happens: nobody is told while it is held or acknowledged, the end is told if and only if the beginning was', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      let now = START;
      let incident: Told = { status: 'open' };
      let state = NOBODY_TOLD;
      const kinds: string[] = [];
      const look = () => {
        const { state: after, notice } = follow(plan, state, incident, now);
        // The same question again has no news.
        expect(follow(plan, after, incident, now)).toEqual({ state: after });
        if (notice) {
          kinds.push(notice.kind);
          expect(notice.to).toBeGreaterThan(notice.from);
          expect(notice.to).toBeLessThanOrEqual(plan.steps.length);
          if (notice.kind === 'firing') expect(notice.from).toBe(state.told);
          if (notice.kind === 'firing' || notice.kind === 'reminder') {
            expect(incident).toMatchObject({ status: 'open' });
            expect(incident.acknowledgedAt).toBeUndefined();
            expect(incident.holds).toBeUndefined();
          }
        }
        state = after;
      };
      look();
      for (const { after, what } of changes) {
        now += after;
        look();
        incident = { ...incident, ...what };
        look();
      }
      incident = { ...incident, status: 'resolved' };
      look();
      expect(kinds.includes('resolved')).toBe(kinds.includes('firing'));
      now += 365 * 1440 * MINUTE;
      look();
      expect(kinds.filter((kind) => kind === 'resolved').length).toBeLessThanOrEqual(1);
      expect(kinds.indexOf('resolved')).toBe(kinds.includes('resolved') ? kinds.length - 1 : -1);
    }),
  );
});

it('saved and taken up again at any moment, it tells the same', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
      const run = (pass: (state: RouteState) => RouteState) => {
        let now = START;
        let incident: Told = { status: 'open' };
        let state = NOBODY_TOLD;
        const told: (Notice | undefined)[] = [];
        for (const { after, what } of changes) {
          now += after;
          incident = { ...incident, ...what };
          const next = follow(plan, pass(state), incident, now);
          told.push(next.notice);
          state = next.state;
        }
        return told;
      };
      expect(run((state) => JSON.parse(JSON.stringify(state)) as RouteState)).toEqual(run((state) => state));
    }),
  );
});
