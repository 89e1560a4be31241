import { rollUpOldMinutes } from './001-roll-up-old-minutes.js';
import type { Migration } from './migration.js';

/** In the order in which they run. New ones go to the end. */
export const MIGRATIONS: readonly Migration[] = [rollUpOldMinutes];
