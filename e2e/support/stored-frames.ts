import { mongo } from 'mongoose';
import type { MinuteDocument } from '../../server/src/samples/minute-store.js';
import { unpackSamples } from '../../server/src/samples/packing/pack-samples.js';
import { readLayout } from '../../server/src/samples/packing/stored-layout.js';
import type { Hub } from './hub.js';

export interface StoredFrame {
  bootId: string;
  seq: number;
  /** UTC ms. */
  t: number;
}

/**
 * Every frame of a host as it is in the hub's MongoDB, in order of time. A hub writes all that it has when
 * it is stopped.
 */
export async function storedFrames(hub: Hub, hostId: string): Promise<StoredFrame[]> {
  const client = await mongo.MongoClient.connect(await hub.mongodbUrl());
  try {
    const minutes = client.db().collection<MinuteDocument>('minutes');
    const frames: StoredFrame[] = [];
    const filter = { hostId: mongo.ObjectId.createFromHexString(hostId) };
    for await (const { layout, samples } of minutes.find(filter).sort({ minute: 1 })) {
      const { bootIds, seqs, times } = unpackSamples(readLayout(layout), samples!.value());
      seqs.forEach((seq, row) => frames.push({ bootId: bootIds[row]!, seq, t: times[row]! }));
    }
    return frames;
  } finally {
    await client.close();
  }
}
