import Type from 'typebox';
import { RuleSettings } from '../alerting/rule.js';
import type { FiringSpan } from '../alerting/when-fired.js';

/** Bounds of one preview. */
export const PREVIEW_LIMITS = {
  hosts: 20,
  /** Time between `from` and `to`, in ms. */
  spanMs: 31 * 86_400_000,
  /** Steps of time that are looked at of each host; a longer time is looked at more coarsely. */
  points: 2_000,
  /** Spans that are answered. */
  spans: 1_000,
} as const;

const time = () => Type.Integer({ minimum: 0, maximum: 253_402_300_799_999 });

/** `POST /api/v1/rules/preview`: when the rule would have fired on these hosts. Times are UTC ms. */
export const RulePreviewQuery = Type.Object(
  {
    rule: RuleSettings,
    hosts: Type.Array(Type.String({ pattern: '^[0-9a-f]{24}$' }), {
      minItems: 1,
      maxItems: PREVIEW_LIMITS.hosts,
      uniqueItems: true,
    }),
    from: time(),
    to: time(),
  },
  { additionalProperties: false },
);
export type RulePreviewQuery = Type.Static<typeof RulePreviewQuery>;

export interface PreviewedSpan extends FiringSpan {
  host: string;
  instance?: string;
}

/** In the order of the hosts, and of time for each series. */
export interface RulePreview {
  /** How finely history was looked at, in ms: the average of each step counts as one value. */
  step: number;
  /** Series that were looked at. */
  series: number;
  spans: PreviewedSpan[];
  /** There were more spans than are answered. */
  more: boolean;
}
