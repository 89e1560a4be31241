/** Frames of 18 values, about as large and as restless as those of a small server. */
export function frameSource(random = Math.random) {
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

export const facts = (bootId) => ({
  ...{ bootId, version: '0', hostname: 'bench', os: 'Linux', kernel: '6', arch: 'x64' },
  ...{ cpus: 2, memTotal: 8e9, bootTime: 0, interval: 1000 },
});
