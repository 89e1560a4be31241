import { connect } from 'node:net';
import type { Config } from '../../config/config.js';
import type { Check } from '../check.js';
import { error, ok, warning } from '../finding.js';

const WITHIN_MS = 5_000;
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

type Address = Pick<Config, 'host' | 'port' | 'publicUrl'>;

/** Who answers where the hub listens. */
export const port: Check<Address> = {
  name: 'port',
  async look({ host, port }) {
    const at = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    if (!(await taken(at, port))) return ok(`${port} is free: no hub runs here.`, { hub: 'none' });
    const base = `http://${at.includes(':') ? `[${at}]` : at}:${port}`;
    if ((await answer(`${base}/health/live`)) === undefined)
      return error(
        `Another program listens on ${port}.`,
        'End it, or set PORT to a free one: this hub cannot start.',
      );
    const ready = await answer(`${base}/health/ready`);
    if (ready?.status === 200) return ok(`A hub answers on ${port} and is ready.`, { hub: 'ready' });
    return warning(
      `A hub answers on ${port}. ${ready?.message ?? 'It does not say whether it is ready.'}`,
      'Wait, and look into its log when it stays so.',
      { hub: 'not ready' },
    );
  },
};

/** What people and agents are told to use. */
export const publicUrl: Check<Address> = {
  name: 'public URL',
  async look({ host, publicUrl }) {
    const { hostname, protocol } = new URL(publicUrl);
    const inside = LOOPBACK.includes(hostname);
    if (inside && !LOOPBACK.includes(host))
      return warning(
        `${publicUrl} means this machine on each machine, but HOST lets others in.`,
        'Set TOCSIN_PUBLIC_URL to the address that the others use.',
      );
    if (protocol === 'http:' && !inside)
      return warning(
        `${publicUrl} sends passwords and keys in the clear.`,
        'Outside a network of your own put a TLS proxy in front: docs/install.md.',
      );
    if (inside) return ok(`${publicUrl}: for this machine alone.`);
    if ((await answer(`${publicUrl}/health/live`))?.status === 200) return ok(`${publicUrl} leads to a hub.`);
    return warning(
      `${publicUrl} does not lead to a hub from here.`,
      'Start the hub; then look at the proxy, the name and the firewall.',
    );
  },
};

function taken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: WITHIN_MS });
    const say = (is: boolean) => () => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', say(true)).once('error', say(false)).once('timeout', say(false));
  });
}

/** Undefined when it is no answer of a hub. */
async function answer(url: string): Promise<{ status: number; message?: string } | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(WITHIN_MS) });
    const body = (await response.json()) as { status?: string; code?: string; message?: string };
    if (body.status === undefined && body.code === undefined) return undefined;
    return { status: response.status, ...(body.message !== undefined && { message: body.message }) };
  } catch {
    return undefined;
  }
}
