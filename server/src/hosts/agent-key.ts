import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'toc_';
/** 43 characters of base64url. */
const RANDOM_BYTES = 32;
const HINT_LENGTH = PREFIX.length + 4;

/** The prefix lets people and secret scanners tell what leaked. */
export const newAgentKey = (): string => PREFIX + randomBytes(RANDOM_BYTES).toString('base64url');

/**
 * What is stored of a key. A fast hash is enough for 256 random bits, which nobody can guess their way
 * through, and lets thousands of agents sign in within a second.
 */
export const hashOfKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** The first characters, to tell keys apart. */
export const hintOfKey = (key: string): string => key.slice(0, HINT_LENGTH);
