import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { onPath } from '../../scripts/setup/programs.mjs';

const MINIMAL = ['cpu', 'diskstats', 'filesystem', 'loadavg', 'meminfo', 'netdev'];

/**
 * A program that is measured: it makes a frame each second by itself, or once for every scrape.
 * @typedef {{ name: string, pid: number, frames: () => number, stop: () => Promise<void> }} Contestant
 */

async function started(name, command, args, env, frames) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
  await once(child, 'spawn');
  const ended = once(child, 'exit');
  return {
    name,
    pid: child.pid,
    frames,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Nothing but the runtime and a timer: what no agent on it can be below. */
export const emptyTimer = (name, node) =>
  started(name, node, ['-e', 'setInterval(() => {}, 1000)'], {}, () => NaN);

/** The agent as the hub hands it out, reporting to the hub of this bench. */
export function agent(name, node, { hub, program, stateDir }) {
  const settings = { TOCSIN_HUB: hub.url, TOCSIN_KEY: name.replace(/\W/g, '_'), TOCSIN_STATE_DIR: stateDir };
  // Not what this machine's own configuration says.
  const env = { ...settings, TOCSIN_CONFIG: '/dev/null', TOCSIN_LOG_LEVEL: 'error' };
  return started(name, node, [program], env, () => hub.framesOf(settings.TOCSIN_KEY));
}

/** Prometheus' exporter, asked for all it has each second as a Prometheus server would. */
export async function nodeExporter(name, minimal) {
  const program = onPath('prometheus-node-exporter') ?? onPath('node_exporter');
  if (program === undefined) throw new Error('prometheus-node-exporter is not installed');
  const address = `127.0.0.1:${await freePort()}`;
  const chosen = minimal
    ? ['--collector.disable-defaults', ...MINIMAL.map((one) => `--collector.${one}`)]
    : [];
  let scrapes = 0;
  const exporter = await started(
    name,
    program,
    [`--web.listen-address=${address}`, ...chosen],
    {},
    () => scrapes,
  );
  const timer = setInterval(async () => {
    try {
      await (await fetch(`http://${address}/metrics`)).text();
      scrapes += 1;
    } catch {
      // It has not begun to listen; a scrape that fails is not counted.
    }
  }, 1000);
  return {
    ...exporter,
    stop: async () => {
      clearInterval(timer);
      await exporter.stop();
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
