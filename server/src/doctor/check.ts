import type { Connection } from 'mongoose';
import type { Config } from '../config/config.js';
import type { Result } from './finding.js';

/** What a check may look at. It changes nothing, but for a lease of its own. */
export interface Patient {
  config: Config;
  connection: Connection;
  /** UTC ms. */
  now: number;
}

/** One thing to look at. What it throws becomes an error, too. */
export interface Check<T = Patient> {
  name: string;
  look(patient: T): Promise<Result>;
}
