import { serve } from './serve.js';

/** The hub alone, for those who start it as a program of their own; `tocsin-hub serve` does the same. */
await serve();
