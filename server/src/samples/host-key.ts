import { mongo } from 'mongoose';

const { ObjectId } = mongo;

/** Whose history: every filter and document of it carries both. Ids are hex strings. */
export interface HostKey {
  tenantId: string;
  hostId: string;
}

export const keyOf = ({ tenantId, hostId }: HostKey) => ({
  tenantId: ObjectId.createFromHexString(tenantId),
  hostId: ObjectId.createFromHexString(hostId),
});
