import { ByteReader, ByteWriter } from './bytes.js';
import type { StoredSample } from './minute-columns.js';
import { layoutOf, type StoredLayout, storedSeries } from './stored-layout.js';

const ID_DIGITS = 24;
const BOOT_ID_DIGITS = 16;

/** What a record of a block begins with. */
const RECORD = { frame: 0, host: 1, boot: 2, text: 3, layout: 4 } as const;

export interface JournalFrame {
  tenantId: string;
  hostId: string;
  sample: StoredSample;
}

/**
 * Frames of many hosts in bytes, written as they arrive. What repeats (hosts, boots, names, layouts) is
 * defined by a record of its own before its first use and then named by its number, so a block can be
 * read without anything else.
 */
export class JournalBlock {
  readonly #writer = new ByteWriter();
  readonly #hosts = new Map<string, number>();
  readonly #boots = new Map<string, number>();
  readonly #texts = new Map<string, number>();
  readonly #layouts = new Map<StoredLayout, number>();
  #lastTime = 0;

  get size(): number {
    return this.#writer.length;
  }

  add({ tenantId, hostId, sample }: JournalFrame): void {
    const host = this.#hosts.get(hostId) ?? this.#defineHost(tenantId, hostId);
    const boot = this.#boots.get(sample.bootId) ?? this.#defineBoot(sample.bootId);
    const layout = this.#layouts.get(sample.layout) ?? this.#defineLayout(sample.layout);
    const writer = this.#writer;
    writer.varint(RECORD.frame);
    writer.varint(host);
    writer.varint(boot);
    writer.varint(layout);
    writer.varint(sample.seq);
    writer.zigzag(sample.t - this.#lastTime);
    this.#lastTime = sample.t;
    for (const step of sample.steps) writer.zigzag(step);
  }

  take(): Buffer {
    return this.#writer.take();
  }

  #defineHost(tenantId: string, hostId: string): number {
    this.#writer.varint(RECORD.host);
    this.#writer.hex(tenantId);
    this.#writer.hex(hostId);
    return numbered(this.#hosts, hostId);
  }

  #defineBoot(bootId: string): number {
    this.#writer.varint(RECORD.boot);
    this.#writer.hex(bootId);
    return numbered(this.#boots, bootId);
  }

  #defineLayout(layout: StoredLayout): number {
    // Names first: a record is never written within another one.
    const named = layout.series.map((series) => [
      this.#text(series.metric),
      this.#text(String(series.resolution)),
      series.instance === undefined ? 0 : this.#text(series.instance) + 1,
    ]);
    this.#writer.varint(RECORD.layout);
    this.#writer.varint(named.length);
    for (const number of named.flat()) this.#writer.varint(number);
    return numbered(this.#layouts, layout);
  }

  #text(text: string): number {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#writer.varint(RECORD.text);
    this.#writer.text(text);
    return numbered(this.#texts, text);
  }
}

/** @throws RangeError where the bytes are cut off or name what they did not define */
export function* readJournalBlock(bytes: Uint8Array): Generator<JournalFrame> {
  const reader = new ByteReader(bytes);
  const hosts: Pick<JournalFrame, 'tenantId' | 'hostId'>[] = [];
  const boots: string[] = [];
  const texts: string[] = [];
  const layouts: StoredLayout[] = [];
  let t = 0;
  while (!reader.atEnd) {
    switch (reader.varint()) {
      case RECORD.frame: {
        const host = defined(hosts, reader.varint());
        const bootId = defined(boots, reader.varint());
        const layout = defined(layouts, reader.varint());
        const seq = reader.varint();
        t += reader.zigzag();
        const steps = layout.series.map(() => reader.zigzag());
        yield { ...host, sample: { bootId, seq, t, layout, steps } };
        break;
      }
      case RECORD.host:
        hosts.push({ tenantId: reader.hex(ID_DIGITS), hostId: reader.hex(ID_DIGITS) });
        break;
      case RECORD.boot:
        boots.push(reader.hex(BOOT_ID_DIGITS));
        break;
      case RECORD.text:
        texts.push(reader.text());
        break;
      case RECORD.layout:
        layouts.push(readLayoutRecord(reader, texts));
        break;
      default:
        throw new RangeError('the block holds an unknown kind of record');
    }
  }
}

function readLayoutRecord(reader: ByteReader, texts: readonly string[]): StoredLayout {
  return layoutOf(
    Array.from({ length: reader.varint() }, () => {
      const metric = defined(texts, reader.varint());
      const resolution = Number(defined(texts, reader.varint()));
      const instance = reader.varint();
      return storedSeries(metric, instance === 0 ? undefined : defined(texts, instance - 1), resolution);
    }),
  );
}

function defined<T>(table: readonly T[], number: number): T {
  const entry = table[number];
  if (entry === undefined) throw new RangeError('the block names what it did not define');
  return entry;
}

function numbered<Key>(table: Map<Key, number>, key: Key): number {
  const number = table.size;
  table.set(key, number);
  return number;
}
