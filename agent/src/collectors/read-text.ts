import { readFileSync } from 'node:fs';

/** Reads a whole small file. Collectors get it handed in, so that specs can hand in captured text. */
export type ReadText = (path: string) => string;

// The kernel answers from memory: reading at once costs less than a trip through the thread pool.
export const readText: ReadText = (path) => readFileSync(path, 'utf8');
