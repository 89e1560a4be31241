import { writeFile } from 'node:fs/promises';
import { readClientSettings } from '../../config/client-settings.js';
import { differencesOf } from './differences.js';
import { HubClient } from './hub-client.js';
import { readRules, writeRules } from './rules-yaml.js';

export type RulesCommand =
  { action: 'export'; to: string | undefined } | { action: 'diff' | 'apply'; file: string; prune: boolean };

/** What `diff` ends with when there are differences. */
const DIFFERENT = 2;

/** @returns what the process ends with */
export async function runRules(asked: RulesCommand): Promise<number> {
  const hub = new HubClient(readClientSettings());
  if (asked.action === 'export') {
    const text = writeRules(await hub.export());
    if (asked.to === undefined) process.stdout.write(text);
    else await writeFile(asked.to, text);
    return 0;
  }
  // The whole file is checked before anybody is asked.
  const file = await readRules(asked.file);
  const before = await hub.export();
  const isDiff = asked.action === 'diff';
  const applied = await hub.apply({ ...file, prune: asked.prune, dryRun: isDiff });
  process.stdout.write(differencesOf(applied, before, file));
  const isSame = applied.created.length + applied.changed.length + applied.removed.length === 0;
  return isDiff && !isSame ? DIFFERENT : 0;
}
