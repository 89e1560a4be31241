import { resolve } from 'node:path';

/** The environment says something that the hub cannot work with. The message names the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads single variables; an empty one counts as not set. Each fault names the variable and what it should be. */
export class Environment {
  constructor(private readonly env: NodeJS.ProcessEnv) {}

  text(name: string): string | undefined {
    return this.env[name]?.trim() || undefined;
  }

  path(name: string): string | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : resolve(value);
  }

  wholeNumber(name: string, range: { min: number; max: number }): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= range.min && number <= range.max) return number;
    return this.#fail(name, value, `a whole number from ${range.min} to ${range.max}`);
  }

  yesOrNo(name: string): boolean | undefined {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return undefined;
    if (['true', '1', 'yes', 'on'].includes(value)) return true;
    if (['false', '0', 'no', 'off'].includes(value)) return false;
    return this.#fail(name, value, 'true or false');
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    return choices.find((choice) => choice === value) ?? this.#fail(name, value, choices.join(', '));
  }

  /** A URL of one of the protocols (`http:`), without a slash at the end. */
  url(name: string, protocols: readonly string[], example: string): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value.replace(/\/+$/, '');
    return this.#fail(name, withoutPassword(value), `a URL such as ${example}`);
  }

  /** A MongoDB connection string, which names several hosts where `URL` allows one. */
  mongodbUri(name: string): string | undefined {
    const value = this.text(name);
    if (value === undefined || /^mongodb(\+srv)?:\/\/[^/?]+/.test(value)) return value;
    const example = 'mongodb://127.0.0.1:27017/tocsin?replicaSet=rs0';
    return this.#fail(name, withoutPassword(value), `a URL such as ${example}`);
  }

  #fail(name: string, value: string, expected: string): never {
    throw new ConfigError(`${name} is "${value}", but should be ${expected}.`);
  }
}

/** The message of an error ends up in logs. */
const withoutPassword = (url: string): string => url.replace(/\/\/[^@/]*@/, '//…@');
