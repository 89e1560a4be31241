import { Child } from './child.mjs';

/** A hub of the bench on its own database, with the memory settings that people run it with. */
export const startHub = (mongodbUri, { port = 0 } = {}) =>
  new Child('hub.mjs', { BENCH_MONGODB_URI: mongodbUri, BENCH_PORT: String(port), MALLOC_ARENA_MAX: '1' });
