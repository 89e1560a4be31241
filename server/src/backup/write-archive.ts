import { createHash } from 'node:crypto';
import { mongo } from 'mongoose';
import { END_OF_COLLECTION, type Foot, type Head, type Section, type Total } from './archive-format.js';

const { BSON } = mongo;
/** Documents go on in pieces of about this many bytes: many are far smaller than what a stream costs. */
const PIECE_BYTES = 256 * 2 ** 10;

/** A collection with its documents as BSON. */
export interface Contents extends Section {
  documents: AsyncIterable<Uint8Array>;
}

/** The archive, unpacked, piece by piece; nothing is held but the piece. Says what it has done after each collection. */
export async function* archiveOf(
  head: Head,
  contents: AsyncIterable<Contents>,
  done: (total: Total) => void,
): AsyncGenerator<Buffer> {
  yield Buffer.from(BSON.serialize(head));
  const foot: Foot = { totals: [] };
  for await (const { collection, indexes, documents } of contents) {
    yield Buffer.from(BSON.serialize({ collection, indexes }));
    const hash = createHash('sha256');
    const total: Total = { collection, count: 0, bytes: 0, sha256: '' };
    let piece: Uint8Array[] = [];
    let pieceBytes = 0;
    for await (const document of documents) {
      hash.update(document);
      total.count += 1;
      total.bytes += document.length;
      piece.push(document);
      pieceBytes += document.length;
      if (pieceBytes < PIECE_BYTES) continue;
      yield Buffer.concat(piece);
      [piece, pieceBytes] = [[], 0];
    }
    yield Buffer.concat([...piece, END_OF_COLLECTION]);
    total.sha256 = hash.digest('hex');
    foot.totals.push(total);
    done(total);
  }
  yield Buffer.from(BSON.serialize(foot));
}
