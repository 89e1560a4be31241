import type { Rule } from '@tocsin/shared';
import { listRules } from '../api/rules.js';

/** The rules that matchers may name, asked for when a list of them is shown. */
export class RuleNames {
  #rules = $state.raw<readonly Rule[]>([]);

  constructor() {
    // Without them a rule has no name; the rest works.
    listRules().then(
      (rules) => (this.#rules = rules),
      () => {},
    );
  }

  get all(): readonly Rule[] {
    return this.#rules;
  }

  readonly of = (id: string): string | undefined =>
    this.#rules.length === 0 ? 'a rule' : this.#rules.find((rule) => rule.id === id)?.name;
}
