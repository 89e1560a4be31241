import type { Fault } from '../validation.js';
import type { RuleSettings } from './rule.js';

/** The rule as it is on that host: the same object unless something is different there. */
export function ruleFor<R extends RuleSettings>(rule: R, hostId: string): R {
  const own = rule.overrides?.find((one) => one.hostId === hostId);
  if (own === undefined) return rule;
  const { hostId: _, enabled = true, ...levels } = own;
  return { ...rule, ...levels, enabled: rule.enabled && enabled };
}

/**
 * Why one of the rule's overrides could not work, or nothing.
 * @param faultOf what is wrong with a rule of one host
 */
export function overrideFault(
  rule: RuleSettings,
  faultOf: (rule: RuleSettings) => Fault | undefined,
): Fault | undefined {
  const { overrides = [], ...plain } = rule;
  for (const [i, { hostId, ...own }] of overrides.entries()) {
    const at = `/overrides/${i}`;
    if (overrides.findIndex((one) => one.hostId === hostId) < i) {
      return { field: `${at}/hostId`, message: 'is there twice' };
    }
    const fault = faultOf({ ...plain, ...own });
    if (fault !== undefined) return { ...fault, field: at + fault.field };
  }
  return undefined;
}
