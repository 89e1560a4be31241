import { readFileSync, statSync } from 'node:fs';
import { InvalidValue, OPTIONS } from './options.js';
import { ConfigError } from './sources.js';

const OTHERS_MAY_READ = 0o004;

/**
 * Reads a file that holds a key or a token and nothing else.
 *
 * @param place where the file was named
 * @throws ConfigError
 */
export function readSecret(what: 'key' | 'token', path: string, place: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${place}: the ${what} cannot be read: ${(error as Error).message}`);
  }
  try {
    return OPTIONS[what].parse(text);
  } catch (error) {
    if (error instanceof InvalidValue) throw new ConfigError(`${path} ${error.message}`);
    throw error;
  }
}

/** What to say of a file with a secret that everybody can read. */
export function warningOf(path: string): string | undefined {
  return statSync(path).mode & OTHERS_MAY_READ
    ? `${path} holds the key and everybody on this host can read it: chmod 600 ${path}`
    : undefined;
}
