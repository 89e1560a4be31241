import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { mongo } from 'mongoose';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { ArchiveError } from './archive-error.js';
import { DocumentsIn } from './documents-in.js';
import { FORMAT, Foot, Head, Section, type Total } from './archive-format.js';

const { BSON } = mongo;

/** What is done with an archive while it is read. Documents come as BSON. */
export interface ArchiveVisitor {
  head?(head: Head): void;
  begin?(section: Section): Promise<void>;
  document?(document: Buffer): Promise<void>;
  end?(total: Total): Promise<void>;
}

/**
 * Reads an archive from beginning to end, with one document of it in memory, and holds it against its own
 * checksums. What a visitor was given before an error came may be wrong.
 * @throws ArchiveError saying what is wrong with it, and what the visitor throws
 */
export async function readArchive(file: string, visitor: ArchiveVisitor = {}): Promise<Head> {
  const unpacked = createGunzip();
  pipeline(createReadStream(file), unpacked, () => {});
  try {
    const documents = new DocumentsIn(unpacked);
    const head = headOf(await documents.next());
    visitor.head?.(head);
    const totals: Total[] = [];
    for (const collection of head.collections) {
      totals.push(await readSection(collection, documents, visitor));
    }
    const foot = parsed(Foot, await documents.next());
    await documents.end();
    compare(totals, foot.totals);
    return head;
  } catch (error) {
    throw asArchiveError(error);
  } finally {
    unpacked.destroy();
  }
}

async function readSection(name: string, documents: DocumentsIn, visitor: ArchiveVisitor): Promise<Total> {
  const section = parsed(Section, await documents.next()) as Section;
  if (section.collection !== name) throw new ArchiveError(`${name} is not where it should be`);
  await visitor.begin?.(section);
  const hash = createHash('sha256');
  const total: Total = { collection: name, count: 0, bytes: 0, sha256: '' };
  for (let document = await documents.next(); document !== null; document = await documents.next()) {
    hash.update(document);
    total.count += 1;
    total.bytes += document.length;
    await visitor.document?.(document);
  }
  total.sha256 = hash.digest('hex');
  await visitor.end?.(total);
  return total;
}

function compare(read: readonly Total[], written: readonly Total[]): void {
  for (const [place, { collection, count, sha256 }] of read.entries()) {
    const should = written[place];
    if (should?.collection === collection && should.count === count && should.sha256 === sha256) continue;
    throw new ArchiveError(`the checksum of ${collection} is not right`);
  }
}

function headOf(document: Buffer | null): Head {
  const head = parsed(Head, document, 'it is no backup of Tocsin');
  if (head.tocsinBackup > FORMAT)
    throw new ArchiveError(`it was made by a newer Tocsin (${head.version}); use that one`);
  return head;
}

function parsed<T extends TSchema>(
  schema: T,
  document: Buffer | null,
  fault = 'it is damaged inside',
): Static<T> {
  if (document === null) throw new ArchiveError(fault);
  const value: unknown = BSON.deserialize(document);
  if (!Value.Check(schema, value)) throw new ArchiveError(fault);
  return value;
}

/** Errors of zlib and BSON, which say that the bytes are not what was written. */
function asArchiveError(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') return new ArchiveError('it is cut off');
  if (code === 'Z_DATA_ERROR')
    return new ArchiveError(`it is damaged, or no backup (${(error as Error).message})`);
  if (error instanceof BSON.BSONError) return new ArchiveError(`it is damaged inside (${error.message})`);
  return error;
}
