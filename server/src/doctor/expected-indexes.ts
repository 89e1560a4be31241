import { AuditSchema } from '../audit/audit-entry.schema.js';
import type { Schema } from 'mongoose';
import { AlertStateSchema } from '../alerting/evaluation/alert-state.schema.js';
import { IncidentSchema } from '../alerting/incidents/incident.schema.js';
import { PolicySchema } from '../alerting/policies/policy.schema.js';
import { MaintenanceSchema } from '../alerting/maintenance/maintenance.schema.js';
import { PlantedRulesSchema } from '../alerting/rules/planted-rules.schema.js';
import { RuleSchema } from '../alerting/rules/rule.schema.js';
import { SilenceSchema } from '../alerting/silences/silence.schema.js';
import { HubSecretSchema } from '../auth/hub-secret.schema.js';
import { AuthSessionSchema } from '../auth/session.schema.js';
import { EnrolmentTokenSchema } from '../enrolment/enrolment-token.schema.js';
import { EvidenceSchema } from '../evidence/evidence.schema.js';
import { HostKeyEntrySchema } from '../hosts/host-key.schema.js';
import { HostSchema } from '../hosts/host.schema.js';
import { ChannelSchema } from '../notifications/channels/channel.schema.js';
import { DeviceSchema } from '../notifications/push/device.schema.js';
import { DeliverySchema } from '../notifications/delivery/delivery.schema.js';
import { NotificationSchema } from '../notifications/outbox/notification.schema.js';
import { RouteSchema } from '../notifications/routing/route.schema.js';
import { TIERS } from '../samples/tiers/tier.js';
import { TenantSchema } from '../tenants/tenant.schema.js';
import { UserSchema } from '../users/user.schema.js';

export interface ExpectedIndex {
  collection: string;
  /** Fields in order: `{ tenantId: 1, name: 1 }`. */
  key: Record<string, unknown>;
  unique: boolean;
}

const SCHEMAS: readonly Schema[] = [
  AlertStateSchema,
  ChannelSchema,
  DeliverySchema,
  DeviceSchema,
  EnrolmentTokenSchema,
  EvidenceSchema,
  HostKeyEntrySchema,
  HostSchema,
  HubSecretSchema,
  IncidentSchema,
  NotificationSchema,
  MaintenanceSchema,
  PlantedRulesSchema,
  PolicySchema,
  RouteSchema,
  RuleSchema,
  SilenceSchema,
  AuthSessionSchema,
  TenantSchema,
  UserSchema,
  AuditSchema,
];

const unique = (collection: string, ...fields: string[]): ExpectedIndex => ({
  collection,
  key: Object.fromEntries(fields.map((field) => [field, 1])),
  unique: true,
});

/** Every index that a hub makes, but those of `_id`; a spec holds it against a hub that has started. */
export const EXPECTED_INDEXES: readonly ExpectedIndex[] = [
  ...SCHEMAS.flatMap((schema) =>
    schema.indexes().map(([key, options]) => ({
      collection: schema.get('collection')!,
      key,
      unique: options?.unique === true,
    })),
  ),
  unique('minutes', 'tenantId', 'hostId', 'minute'),
  unique('pruned', 'tenantId', 'hostId'),
  unique('rollups_due', 'tenantId', 'hostId', 'tier', 'start'),
  { collection: 'rollups_due', key: { due: 1 }, unique: false },
  ...TIERS.map(({ collection }) => unique(collection, 'tenantId', 'hostId', 'start')),
];
