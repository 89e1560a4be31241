import { readFileSync } from 'node:fs';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { SETTING_NAMES, type SettingName } from './options.js';
import { ConfigError, unknown, type Given } from './sources.js';

/** Reads YAML. Each value knows its line. @throws ConfigError */
export function parseConfig(text: string, path: string): Given {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [fault] = document.errors;
  if (fault) throw new ConfigError(`${path}:${lines.linePos(fault.pos[0]).line}: ${fault.message}`);
  if (document.contents === null) return {};
  if (!isMap(document.contents)) throw new ConfigError(`${path}:1: should be a list of "name: value"`);

  const given: Given = {};
  for (const { key, value } of document.contents.items) {
    if (!isScalar(key)) throw new ConfigError(`${path}:1: should be a list of "name: value"`);
    const place = `${path}:${lines.linePos(key.range?.[0] ?? 0).line}: ${String(key.value)}`;
    const name = SETTING_NAMES.find((known) => known === key.value);
    if (name === undefined) throw unknown(String(key.value), SETTING_NAMES, place);
    given[name satisfies SettingName] = { value: (value as { toJSON(): unknown } | null)?.toJSON(), place };
  }
  return given;
}

/** Reads a file that is there. @throws ConfigError */
export const parseConfigFile = (path: string): Given => parseConfig(readFileSync(path, 'utf8'), path);
