import type { Check } from '../check.js';
import { EXPECTED_INDEXES } from '../expected-indexes.js';
import { error, ok } from '../finding.js';

export const indexes: Check = {
  name: 'indexes',
  async look({ connection }) {
    const db = connection.db!;
    const there = new Set<string>();
    const collections = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
    for (const { name } of collections) {
      for (const { key, unique } of await db.collection(name).indexes()) {
        there.add(nameOf(name, key, unique === true));
      }
    }
    if (there.size === 0) return ok('None yet: no hub has worked here.');
    const missing = EXPECTED_INDEXES.map((index) => nameOf(index.collection, index.key, index.unique)).filter(
      (name) => !there.has(name),
    );
    if (missing.length === 0) return ok(`All ${EXPECTED_INDEXES.length} are there.`);
    return error(
      `Missing: ${missing.join('; ')}.`,
      'Start the hub once more: it makes them. Should it fail, its log names the documents that are there twice.',
      { missing },
    );
  },
};

const nameOf = (collection: string, key: Record<string, unknown>, unique: boolean): string => {
  const fields = Object.entries(key).map(([field, order]) => (order === 1 ? field : `${field}:${order}`));
  return `${collection} (${fields.join(', ')})${unique ? ' unique' : ''}`;
};
