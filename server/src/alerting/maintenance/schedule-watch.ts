import { activeAt, nextAfter, type Occurrence, type Schedule } from '@tocsin/shared';

/** Where a schedule stands: what is on, and what comes next. */
export interface Standing {
  current?: Occurrence;
  next?: Occurrence;
}

/**
 * Says again and again whether a schedule is on. It is asked for every open incident each second, and looks at the
 * calendar only when an occurrence begins or ends.
 */
export class ScheduleWatch {
  #standing: Standing = {};
  /** For which times the standing holds. */
  #from = Infinity;
  #to = -Infinity;

  /** @param skippedUntil nothing is on before that, in UTC ms */
  constructor(
    private readonly schedule: Schedule,
    private readonly skippedUntil = -Infinity,
  ) {}

  /** @param now UTC ms, which may also go back */
  at(now: number): Standing {
    if (now < this.#from || now >= this.#to) this.#look(now);
    return this.#standing;
  }

  #look(now: number): void {
    const current = now < this.skippedUntil ? undefined : activeAt(this.schedule, now);
    const next = nextAfter(this.schedule, current ? current.end - 1 : Math.max(now, this.skippedUntil - 1));
    this.#standing = { ...(current && { current }), ...(next && { next }) };
    this.#from = current?.start ?? now;
    this.#to = current?.end ?? next?.start ?? Infinity;
  }
}
