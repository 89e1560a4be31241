import { Injectable, Optional } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import type { HostKey } from '../host-key.js';
import { MinuteStore } from '../minute-store.js';
import { MINUTE_MS, minuteOf } from '../open-minutes.js';
import { columnsOf, type MinuteColumns, samplesOf, type StoredSample } from '../packing/minute-columns.js';
import { unpackSamples } from '../packing/pack-samples.js';
import { readLayout, type StoredLayout } from '../packing/stored-layout.js';
import { SamplesService } from '../samples.service.js';

/** Places of the series that are wanted of a layout. */
export type Wanted = (layout: StoredLayout) => ReadonlySet<number>;

/** Some minutes of a host in order of time, and up to when, in UTC ms, there are no more than these. */
export interface Piece {
  /** Each is unpacked when it is called. */
  minutes: ((wanted: Wanted) => MinuteColumns)[];
  end: number;
}

type Stored = Awaited<ReturnType<ReturnType<MinuteStore['read']>['next']>>['value'];

/** How much is held at a time: so many minutes, or bytes in which samples are packed. */
export interface PieceSize {
  minutes: number;
  bytes: number;
}
export const PIECE: PieceSize = { minutes: 200, bytes: 2_000_000 };

/** Reads every sample that there is of a host, piece by piece, from MongoDB and from memory. */
@Injectable()
export class RawMinutes {
  readonly #store: MinuteStore;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly samples: SamplesService,
    @Optional() private readonly most: PieceSize = PIECE,
  ) {
    this.#store = new MinuteStore(connection);
  }

  /** What begins with the minute of `from` and lies before `to`, in UTC ms. */
  async read(host: HostKey, from: number, to: number, signal: AbortSignal): Promise<Piece> {
    const first = minuteOf(from);
    // Before anything is read: a minute that is written meanwhile is then in both, and never in neither.
    const inMemory = this.#inMemory(host.hostId, first, to);
    const stored = new Map<number, Stored>();
    let bytes = 0;
    let end = to;
    for await (const document of this.#store.read(host, first, to, 'samples', this.most.minutes)) {
      signal.throwIfAborted();
      const minute = document.minute.getTime();
      stored.set(minute, document);
      bytes += document.samples.length();
      if (stored.size < this.most.minutes && bytes < this.most.bytes) continue;
      end = Math.min(to, minute + MINUTE_MS);
      break;
    }
    const minutes = [...new Set([...stored.keys(), ...inMemory.keys()])]
      .filter((minute) => minute < end)
      .sort((a, b) => a - b)
      .map((minute) => unpacked(stored.get(minute), inMemory.get(minute)));
    return { minutes, end };
  }

  #inMemory(hostId: string, from: number, to: number): Map<number, StoredSample[]> {
    const minutes = new Map<number, StoredSample[]>();
    for (const { minute, samples } of this.samples.inMemory(hostId, from, to)) {
      minutes.set(minute, [...(minutes.get(minute) ?? []), ...samples]);
    }
    return minutes;
  }
}

/** A minute that is in memory too may be there only in part; what is in both is kept once. */
function unpacked(
  stored: Stored | undefined,
  inMemory: StoredSample[] | undefined,
): Piece['minutes'][number] {
  return (wanted) => {
    if (stored === undefined) return columnsOf(inMemory ?? []);
    const layout = readLayout(stored.layout);
    const bytes = stored.samples.value();
    if (inMemory === undefined) return unpackSamples(layout, bytes, wanted(layout));
    return columnsOf([...inMemory, ...samplesOf(unpackSamples(layout, bytes))]);
  };
}
