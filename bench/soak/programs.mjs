import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { askStatus, statusSocketIn } from '../../agent/dist/control/status-socket.js';
import { RUNTIME } from '../../agent/packaging/runtime.mjs';
import { ROOT } from '../../scripts/setup/run.mjs';

const HEAP = new URL('heap.mjs', import.meta.url).href;
const QUIET = { MONGODB_URI: '', TOCSIN_PUBLIC_URL: '', LOG_LEVEL: 'error', TOCSIN_CONFIG: '/dev/null' };

/** A built program in a process of its own, which ends with this one. */
function started(name, file, { args = [], env, execArgv = [], execPath }) {
  const child = fork(file, args, {
    cwd: ROOT,
    env: { ...process.env, ...QUIET, ...env },
    execArgv,
    execPath,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${name} ended (${signal ?? code})`);
  });
  ended.catch(() => undefined);
  return {
    pid: child.pid,
    /** Sends and waits for the next message that fits; rejects when the program ends first. */
    heard: (fits) =>
      Promise.race([
        new Promise((resolve) => {
          const listen = (message) => {
            if (!fits(message)) return;
            child.off('message', listen);
            resolve(message);
          };
          child.on('message', listen);
        }),
        ended,
      ]),
    ended,
    send: (message) => child.send(message),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended.catch(() => undefined);
    },
  };
}

/** A hub with a data folder and a MongoDB of its own; `keyFile` holds a key for an agent. */
export async function startHub(folder) {
  const keyFile = join(folder, 'agent.key');
  const env = {
    HOST: '127.0.0.1',
    PORT: String(await freePort()),
    TOCSIN_DATA_DIR: join(folder, 'hub'),
    TOCSIN_LOCAL_AGENT_KEY_FILE: keyFile,
  };
  const hub = started('the hub', join(ROOT, 'server/dist/main.js'), { env });
  const { url } = await hub.heard(({ type }) => type === 'ready');
  return { ...hub, url, keyFile };
}

/**
 * The agent as the packages run it: bundled, and with the same flags.
 * @param runtime path of the Node.js to run it on
 */
export async function startAgent(folder, { url, keyFile }, { interval, runtime }) {
  execFileSync('tar', ['-xzf', join(ROOT, 'agent/dist/agent.tgz'), '-C', folder]);
  const stateDir = join(folder, 'state');
  await mkdir(stateDir);
  const args = ['--hub', url, '--key-file', keyFile, '--state-dir', stateDir, '--interval', `${interval}ms`];
  const execArgv = [...RUNTIME.flags, '--import', HEAP];
  const agent = started('the agent', join(folder, 'tocsin-agent'), {
    args: [...args, '--log-level', 'warn'],
    execArgv,
    execPath: runtime,
  });
  return {
    ...agent,
    /** Collects garbage, and tells what is left of the heap, in bytes. */
    heap: async () => {
      const answer = agent.heard((message) => 'heap' in message);
      agent.send('heap');
      return (await answer).heap;
    },
    /** As `tocsin-agent status` has it; undefined before it can be asked. */
    status: () => askStatus(statusSocketIn(stateDir)).then(JSON.parse, () => undefined),
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
