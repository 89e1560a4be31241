import { INCIDENT_NAMES, type IncidentsQuery } from '@tocsin/shared';
import { type QueryFilter, Types } from 'mongoose';
import type { StoredIncident } from './incident.schema.js';

/** What a query asks for, as MongoDB does. Every value has been checked, and none of them is an operator. */
export function incidentFilter(query: IncidentsQuery): QueryFilter<Omit<StoredIncident, 'tenantId'>> {
  const { status, host, rule, severity, acknowledged, assignee, q, from, to, after } = query;
  return {
    ...(status && { status }),
    ...(host && { hostId: new Types.ObjectId(host) }),
    ...(rule && { ruleId: new Types.ObjectId(rule) }),
    ...(severity && { severity }),
    ...(acknowledged !== undefined && { acknowledgedAt: { $exists: acknowledged } }),
    ...(assignee && { 'assignee.id': assignee }),
    ...((from !== undefined || to !== undefined) && {
      openedAt: {
        ...(from !== undefined && { $gte: new Date(from) }),
        ...(to !== undefined && { $lt: new Date(to) }),
      },
    }),
    ...(q && { $or: INCIDENT_NAMES.map((name) => ({ [name]: { $regex: literal(q), $options: 'i' } })) }),
    ...(after && { _id: { $lt: new Types.ObjectId(after) } }),
  };
}

/** A pattern that means these characters and nothing else. */
const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
