import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../support/places.js';

/**
 * The commands that a document shows under a sentence, as they are typed on a host by its root.
 *
 * @param document in `docs/`
 * @param hub address of the hub, and the key, which take the place of the document's
 */
export async function documented(
  document: string,
  sentence: string,
  { hub, key }: { hub: string; key: string },
): Promise<string> {
  const text = await readFile(join(ROOT, 'docs', document), 'utf8');
  const [, commands] = /```sh\n([^`]*)```/.exec(text.slice(text.indexOf(sentence))) ?? [];
  if (!text.includes(sentence) || commands === undefined) {
    throw new Error(`docs/${document} has no commands under "${sentence}"`);
  }
  return commands
    .replaceAll('https://tocsin.example.com', hub)
    .replaceAll('toc_…', key)
    .replaceAll('sudo ', '');
}
