import { readFile, stat } from 'node:fs/promises';
import { checkFor, RulesFile } from '@tocsin/shared';
import { parse, stringify, YAMLParseError } from 'yaml';
import { RulesError } from './rules-error.js';

/** A file of 200 rules has some 60 kB. */
const BYTES_AT_MOST = 1_000_000;

const file = checkFor(RulesFile);

/** @throws RulesError that names the field, and of a rule its key */
export async function readRules(path: string): Promise<RulesFile> {
  const { size } = await stat(path).catch((error: Error) => {
    throw new RulesError(`${path} cannot be read: ${error.message}`);
  });
  if (size > BYTES_AT_MOST) throw new RulesError(`${path} is larger than ${BYTES_AT_MOST} bytes`);
  const read = fromYaml(path, await readFile(path, 'utf8'));
  if (file.accepts(read)) return read;
  const { field, message } = file.fault(read);
  const index = Number(/^\/rules\/(\d+)/.exec(field)?.[1]);
  const key = (read as { rules?: { key?: unknown }[] } | undefined)?.rules?.[index]?.key;
  throw new RulesError(
    `${path}: ${field || 'the file'} ${message}${typeof key === 'string' ? `, in rule ${key}` : ''}`,
  );
}

function fromYaml(path: string, text: string): unknown {
  try {
    // Rules repeat nothing: an alias may be a bomb, and is no help.
    return parse(text, { maxAliasCount: 0 });
  } catch (error) {
    const what = error instanceof YAMLParseError ? error.message : (error as Error).message;
    throw new RulesError(`${path} is no YAML: ${what}`);
  }
}

export const writeRules = (rules: RulesFile): string =>
  `# Rules of Tocsin: see "Rules in git" in docs/alerts.md.\n${stringify(rules, { lineWidth: 100 })}`;
