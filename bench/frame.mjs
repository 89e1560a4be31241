/** Frames with everything that an agent of today tells, as `--full` asks for. */
const FULL = process.env.BENCH_FRAME === 'full';
export const VALUES = FULL ? 105 : 18;

/** About as large and as restless as those of a small server: 18 values, or 105. */
export function frameSource(random = Math.random) {
  const small = smallFrames(random);
  return FULL ? (t) => withEverything(small(t), random) : small;
}

function smallFrames(random) {
  const cpu = { usage: 20, user: 12, system: 6, iowait: 1, steal: 0, load1: 0.5, load5: 0.4, load15: 0.3 };
  let used = 3e9;
  let disk = 2e10;
  let seq = 0;
  const walk = (value, step, max) => Math.min(max, Math.max(0, value + (random() - 0.5) * step));
  const round = (value, digits) => Number(value.toFixed(digits));
  return (t) => {
    cpu.usage = round(walk(cpu.usage, 6, 100), 1);
    cpu.user = round(cpu.usage * 0.6, 1);
    cpu.system = round(cpu.usage * 0.3, 1);
    cpu.iowait = round(cpu.usage * 0.05, 1);
    cpu.load1 = round(walk(cpu.load1, 0.05, 8), 2);
    cpu.load5 = round(walk(cpu.load5, 0.01, 8), 2);
    cpu.load15 = round(walk(cpu.load15, 0.005, 8), 2);
    used = Math.round(walk(used, 2e6, 8e9));
    disk = Math.round(disk + random() * 4e4);
    const [received, sent] = [Math.round(random() * 4e4), Math.round(random() * 2e4)];
    return {
      seq: seq++,
      t,
      cpu: { ...cpu },
      ram: { total: 8e9, used, available: 8e9 - used, swapTotal: 0, swapUsed: 0 },
      disks: [{ mount: '/', size: 1e11, used: disk, available: 1e11 - disk }],
      network: { in: received, out: sent, interfaces: [{ name: 'eth0', in: received, out: sent }] },
    };
  };
}

const many = (count, make) => Array.from({ length: count }, (_, i) => make(i));

function withEverything(frame, random) {
  const { cpu, ram, disks, network } = frame;
  const some = (max) => Math.round(random() * max);
  return {
    ...frame,
    cpu: { ...cpu, cores: many(4, () => some(1000) / 10) },
    pressure: { cpu: { some: some(20) / 10 }, memory: { some: 0, full: 0 }, io: { some: 0, full: 0 } },
    ram: { ...ram, caches: 3e9, swapTotal: 2e9, swapUsed: 0 },
    disks: many(3, (i) => ({ ...disks[0], mount: ['/', '/boot', '/srv'][i], inodes: 6e6, inodesUsed: 4e5 })),
    devices: many(2, (i) => ({
      name: `sd${'ab'[i]}`,
      read: some(1e5),
      write: some(1e6),
      busy: some(30) / 10,
    })),
    network: {
      ...network,
      interfaces: many(2, (i) => ({
        ...network.interfaces[0],
        name: `eth${i}`,
        ...{ packetsIn: some(300) / 10, packetsOut: some(300) / 10, errors: 0, drops: 0 },
      })),
    },
    services: many(8, (i) => ({
      name: `service-${i}`,
      state: 'active',
      restarts: 0,
      memory: 4e7 + some(1e5),
    })),
    temperatures: many(2, (i) => ({ sensor: `core ${i}`, celsius: 45 + some(20) / 10 })),
    system: { uptime: frame.seq, processes: 180 + some(3), rebootRequired: false, users: [] },
    ssh: {
      ...{ attempts: 0, window: 6, addresses: 2 },
      sources: many(2, (i) => ({ address: `192.0.2.${i}`, attempts: 3, users: 2, topUsers: [], last: 0 })),
    },
    clock: { skew: some(9) },
    agent: { backlog: 0, dropped: 0, rss: 2.5e7 },
  };
}

export const facts = (bootId) => ({
  ...{ bootId, version: '0', hostname: 'bench', os: 'Linux', kernel: '6', arch: 'x64' },
  ...{ cpus: 2, memTotal: 8e9, bootTime: 0, interval: 1000 },
});
