import Type from 'typebox';
import { type HostSettingName, LIMITS } from './limits.js';

const strict = { additionalProperties: false } as const;
const patterns = (maxItems: number) =>
  Type.Array(Type.String({ minLength: 1, maxLength: LIMITS.nameLength, pattern: '^[^\\p{Cc}]*$' }), {
    maxItems,
    uniqueItems: true,
  });

/** What the hub can tell an agent to do. What is left out is the agent's own choice. */
export const HostSettings = Type.Object(
  {
    /** How often a frame is stored, in ms. */
    interval: Type.Optional(Type.Integer({ minimum: LIMITS.intervalMinMs, maximum: LIMITS.intervalMaxMs })),
    /** systemd units to watch, exact or with `*`: `nginx`, `docker-*`. */
    services: Type.Optional(patterns(LIMITS.services)),
    includeDisks: Type.Optional(patterns(100)),
    excludeDisks: Type.Optional(patterns(100)),
    includeInterfaces: Type.Optional(patterns(100)),
    excludeInterfaces: Type.Optional(patterns(100)),
  } satisfies Record<HostSettingName, unknown>,
  strict,
);
export type HostSettings = Type.Static<typeof HostSettings>;

/** Told by the hub after `welcome` and whenever it changes: all of it, not the difference. */
export const AgentConfig = Type.Object({
  settings: HostSettings,
  /** Somebody watches the host: report each second, whatever the interval. */
  live: Type.Boolean(),
});
export type AgentConfig = Type.Static<typeof AgentConfig>;
