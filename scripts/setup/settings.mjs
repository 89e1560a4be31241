import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './run.mjs';

/**
 * Environment of a hub and its agents run from this checkout: `.env` where there is one, and the data
 * folder beside it.
 */
export function settings() {
  const file = join(ROOT, '.env');
  // Node leaves variables alone that the shell has set already.
  if (existsSync(file)) process.loadEnvFile(file);
  const data = process.env.TOCSIN_DATA_DIR ?? join(ROOT, 'data');
  return {
    hub: {
      TOCSIN_DATA_DIR: data,
      TOCSIN_PWA_DIR: process.env.TOCSIN_PWA_DIR ?? join(ROOT, 'pwa/dist'),
      TOCSIN_LOG_PRETTY: process.env.TOCSIN_LOG_PRETTY ?? 'true',
      TOCSIN_LOCAL_AGENT_KEY_FILE: join(data, 'agent.key'),
    },
    agentKey: join(data, 'agent.key'),
    demoKey: join(data, 'demo.key'),
  };
}
