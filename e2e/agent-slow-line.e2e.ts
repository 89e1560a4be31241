import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { Api } from './support/api.js';
import { record, spread } from './support/figures.js';
import { Hub } from './support/hub.js';
import { LiveClient } from './support/live-client.js';
import { Program } from './support/program.js';

/** A telephone line of the nineties, on which the backlog takes half a minute. */
const RATE = process.env.LINE_RATE ?? '128kbit';
const HUB = '10.213.7.1';
const BACKLOG_MS = 15_000;
const LIVE_MS = 1000;

const run = (line: string) => execFileSync('/bin/sh', ['-ec', line]);
const hasTools = () => {
  try {
    run('test "$(id -u)" = 0 && command -v ip && command -v tc');
    return true;
  } catch {
    return false;
  }
};

let hub: Hub | undefined;
let stateDir: string | undefined;

afterAll(async () => {
  await hub?.remove();
  if (stateDir) await rm(stateDir, { recursive: true, force: true });
});

it.skipIf(!hasTools())(
  `a backlog on a line of ${RATE} delays no live frame by more than a second`,
  async () => {
    // The agent's end of a line of its own; what it sends waits its turn there.
    run(`ip netns add tocsin-slow
    ip link add tocsin-slow0 type veth peer name tocsin-slow1 netns tocsin-slow
    ip addr add ${HUB}/24 dev tocsin-slow0; ip link set tocsin-slow0 up
    ip -n tocsin-slow addr add 10.213.7.2/24 dev tocsin-slow1; ip -n tocsin-slow link set tocsin-slow1 up
    ip netns exec tocsin-slow tc qdisc add dev tocsin-slow1 root tbf rate ${RATE} burst 5kb latency 10s`);
    const agents: Program[] = [];
    try {
      hub = await Hub.start(HUB);
      let api = await Api.setUp(hub);
      const { host, key } = await api.createHost('far away');
      stateDir = await mkdtemp(join(tmpdir(), 'tocsin-state-'));
      const startAgent = (interval: string) => {
        const args = ['--hub', hub!.url, '--key', key.key, '--interval', interval, '--state-dir', stateDir!];
        const within = ['ip', 'netns', 'exec', 'tocsin-slow'];
        const agent = new Program('the agent', 'agent/dist/main.js', args, {}, within);
        agents.push(agent);
        return agent;
      };

      await hub.kill();
      const first = startAgent('50ms');
      const begin = Date.now();
      await vi.waitUntil(() => Date.now() > begin + BACKLOG_MS, { timeout: BACKLOG_MS + 5000 });
      await first.stop('SIGKILL');
      await hub.start();
      const second = startAgent('1s');
      api = await Api.signIn(hub.url);
      const live = await LiveClient.connect(hub.url, api.token);
      await live.watchHost(host.id);
      const back = Date.now();
      const delays: number[] = [];
      live.each('frame', ({ frame }) => {
        if (frame.t > back) delays.push(Date.now() - frame.t);
      });
      await vi.waitFor(() => expect(second.output).toMatch(/\d+ frames that had waited are with the hub/), {
        timeout: 120_000,
        interval: 50,
      });
      live.close();
      record(`backlog on a line of ${RATE}: drained, ms`, Date.now() - back);
      record(`backlog on a line of ${RATE}: frame → page meanwhile, ms`, spread(delays));
      expect(delays.length).toBeGreaterThan(3);
      expect(Math.max(...delays)).toBeLessThan(LIVE_MS);
    } finally {
      await Promise.all(agents.map((agent) => agent.stop('SIGKILL')));
      run('ip netns del tocsin-slow; ip link del tocsin-slow0 2>/dev/null || true');
    }
  },
  240_000,
);
