import { afterAll } from 'vitest';
import { RealHost } from './real-host.js';

// After the hooks of the file itself, since this one was there before them.
afterAll(() => RealHost.removeAll());
