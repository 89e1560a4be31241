import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './places.js';

const FOLDER = join(ROOT, 'test-results');
const FILE = join(FOLDER, 'figures.json');

/** Keeps what a test measured in test-results/figures.json, beside the other figures, and prints it. */
export function record(name: string, figure: number | Record<string, number>): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(FILE, `${JSON.stringify({ ...earlier(), [name]: figure }, undefined, 2)}\n`);
  console.log(`${name}: ${JSON.stringify(figure)}`);
}

function earlier(): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Least, middle and greatest of some measurements. */
export function spread(values: number[]): { min: number; median: number; max: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? NaN;
  return { min: at(0), median: at(0.5), max: at(1) };
}
