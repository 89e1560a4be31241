import Type from 'typebox';
import { HostSettings } from '../protocol/host-settings.js';
import type { HostState } from '../protocol/live-events.js';

/** One word that people put on hosts to tell them apart in groups. */
export const Tag = Type.String({ minLength: 1, maxLength: 40, pattern: '^[a-z0-9][a-z0-9._-]*$' });

const strict = { additionalProperties: false } as const;
/** Without spaces around it, which nobody would see. */
const name = () => Type.String({ minLength: 1, maxLength: 100, pattern: '^(?!\\s)[^\\p{Cc}]*(?<!\\s)$' });
const tags = () => Type.Array(Tag, { maxItems: 20, uniqueItems: true });

/** `POST /api/v1/hosts`: answers with `CreatedHost`. */
export const CreateHost = Type.Object({ name: name(), tags: Type.Optional(tags()) }, strict);
/** `PATCH /api/v1/hosts/:id`. `settings` replaces all of them. */
export const UpdateHost = Type.Object(
  {
    name: Type.Optional(name()),
    tags: Type.Optional(tags()),
    settings: Type.Optional(HostSettings),
  },
  strict,
);
export type CreateHost = Type.Static<typeof CreateHost>;
export type UpdateHost = Type.Static<typeof UpdateHost>;

/** `GET /api/v1/hosts` and `GET /api/v1/hosts/:id`. Times are UTC ms. */
export interface HostView extends Pick<
  HostState,
  'id' | 'name' | 'tags' | 'simulated' | 'facts' | 'postedEvery' | 'presence'
> {
  /** What the agent is told; what the host's own configuration fixes is in `facts.fixed`. */
  settings: HostSettings;
  createdAt: number;
}

/** A host's key as it may be shown later: never the key itself. */
export interface HostKey {
  id: string;
  /** The first characters, to tell keys apart. */
  hint: string;
  createdAt: number;
  lastUsedAt?: number;
  revokedAt?: number;
}

/** The only time that the key is shown. */
export interface CreatedKey {
  hostId: string;
  keyId: string;
  key: string;
  /** What to run on the host. */
  command: string;
}

/** Answer to `POST /api/v1/hosts`: the host with its first key. */
export interface CreatedHost {
  host: HostView;
  key: CreatedKey;
}
