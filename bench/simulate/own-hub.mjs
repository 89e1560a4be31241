import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { post } from './hub-api.mjs';

const EMAIL = 'demo@example.org';
const HOURS = 24;
const MOST_USES = 10_000;

/**
 * Starts a hub that is only for simulated hosts.
 * @param {import('../../scripts/setup/processes.mjs').Processes} processes
 * @returns {Promise<{ url: string, email: string, password: string, token: () => Promise<string> }>}
 */
export async function startOwnHub(processes, { folder, pwaDir }) {
  await mkdir(folder, { recursive: true });
  const { url, setupUrl } = await new Promise((resolve) => {
    const child = processes.fork('The hub', 'server/dist/main.js', {
      env: {
        TOCSIN_DATA_DIR: folder,
        TOCSIN_PWA_DIR: pwaDir,
        TOCSIN_LOG_PRETTY: 'true',
        // A past of months is not to take hours.
        TOCSIN_JOURNAL_INTERVAL_MS: '100',
        TOCSIN_DATA_FRAMES_PER_SECOND: '100000',
      },
      onExit: (code) => processes.stop(code || 1),
    });
    child.on('message', (message) => message?.type === 'ready' && resolve(message));
  });
  const account = await accountOf(join(folder, 'account.json'), url, setupUrl);
  const { accessToken } = account.session ?? (await signIn(url, account));
  const token = async () => {
    const body = { note: 'Simulated hosts', tags: ['simulated'], uses: MOST_USES, hours: HOURS };
    const headers = { Authorization: `Bearer ${accessToken}` };
    return (await post(url, { path: '/api/v1/enrolment-tokens', body, headers })).token;
  };
  return { url, email: EMAIL, password: account.password, token };
}

const signIn = (url, { password }) =>
  post(url, { path: '/api/v1/auth/login', body: { email: EMAIL, password } });

async function accountOf(file, url, setupUrl) {
  if (setupUrl === undefined) return JSON.parse(await readFile(file, 'utf8'));
  const password = randomBytes(12).toString('base64url');
  const token = new URLSearchParams(new URL(setupUrl).hash.slice(1)).get('token');
  const body = { token, name: 'Demo', email: EMAIL, password };
  const session = await post(url, { path: '/api/v1/auth/setup', body });
  await writeFile(file, JSON.stringify({ email: EMAIL, password }), { mode: 0o600 });
  return { password, session };
}
