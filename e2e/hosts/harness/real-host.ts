import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import { command } from './command.js';
import { NETWORK, PLACES } from './places.js';

/** How systemd-nspawn ends when the system inside asked for a reboot. */
const REBOOT = 133;

/** A Debian of its own with its own systemd and network address, booted on this machine. */
export class RealHost {
  static readonly #all = new Set<RealHost>();
  #manager?: ChildProcess;
  #init = 0;

  private constructor(
    readonly name: string,
    readonly address: string,
  ) {}

  /**
   * Lays the host out and connects it; `boot` starts it.
   *
   * @param layers folders that are put over its Debian
   */
  static async create(name: string, number: number, layers = [PLACES.agentLayer]): Promise<RealHost> {
    const host = new RealHost(name, NETWORK.host(number));
    await host.#layOut(layers);
    await host.#connect();
    this.#all.add(host);
    return host;
  }

  /**
   * Takes all hosts down at once, as a power cut does. Each of them holds things that the kernel has a
   * limited number of, such as inotify instances, which the hosts of the next tests need.
   */
  static async removeAll(): Promise<void> {
    const all = [...this.#all];
    this.#all.clear();
    await Promise.all(all.map((host) => host.#remove()));
  }

  async #remove(): Promise<void> {
    const manager = this.#manager;
    if (manager !== undefined && manager.exitCode === null && manager.signalCode === null) {
      const down = once(manager, 'exit');
      // Not its manager too: that one waits for the last process inside, which may be writing a file.
      process.kill(this.#init, 'SIGKILL');
      await down;
    }
    await command('ip', 'netns', 'delete', NETWORK.namespace(this.name));
    await command('umount', '--lazy', this.#root);
    // A later host of this name is a new one, with nothing that this one wrote.
    await rm(this.#folder, { recursive: true });
  }

  get #folder(): string {
    return join(PLACES.run, this.name);
  }

  get #root(): string {
    return join(this.#folder, 'root');
  }

  async #layOut(lower: readonly string[]): Promise<void> {
    const [upper, work] = [join(this.#folder, 'upper'), join(this.#folder, 'work')];
    for (const path of [upper, work, this.#root]) await mkdir(path, { recursive: true });
    const layers = `lowerdir=${[...lower, PLACES.base].join(':')},upperdir=${upper},workdir=${work}`;
    await command('mount', '-t', 'overlay', 'tocsin-host', '-o', layers, this.#root);
    await this.write('/etc/hostname', `${this.name}\n`);
  }

  async #connect(): Promise<void> {
    const namespace = NETWORK.namespace(this.name);
    const cable = NETWORK.cable(this.name);
    const ip = (line: string) => command('ip', ...line.split(' '));
    await ip(`netns add ${namespace}`);
    await ip(`link add ${cable} type veth peer name eth0 netns ${namespace}`);
    await ip(`link set ${cable} master ${NETWORK.bridge} up`);
    await ip(`-n ${namespace} address add ${this.address}/${NETWORK.prefix} dev eth0`);
    await ip(`-n ${namespace} link set lo up`);
    await ip(`-n ${namespace} link set eth0 up`);
  }

  /** Where this machine has a file of the host. */
  path(path: string): string {
    return join(this.#root, path);
  }

  /** Writes a file of the host, readable by root only; works before it is booted. */
  async write(path: string, text: string): Promise<void> {
    const place = this.path(path);
    await mkdir(join(place, '..'), { recursive: true });
    await writeFile(place, text, { mode: 0o600 });
  }

  /** Starts the host and waits until its systemd has started everything. */
  async boot(): Promise<void> {
    const manager = spawn(
      'systemd-nspawn',
      [
        ...['--quiet', '--boot', '--register=no', '--keep-unit', '--console=pipe'],
        ...[`--directory=${this.#root}`, `--hostname=${this.name}`],
        `--network-namespace-path=/run/netns/${NETWORK.namespace(this.name)}`,
      ],
      { stdio: 'ignore' },
    );
    this.#manager = manager;
    await vi.waitFor(
      async () => {
        if (manager.exitCode !== null) throw new Error(`systemd-nspawn ended with ${manager.exitCode}`);
        this.#init = await onlyChild(manager.pid!);
        await this.run('systemctl', 'is-active', '--quiet', 'multi-user.target');
      },
      { timeout: 30_000, interval: 100 },
    );
  }

  /** Runs a program inside the host. */
  run(program: string, ...args: string[]): Promise<string> {
    const spaces = '--mount --pid --uts --ipc --net --cgroup'.split(' ');
    return command('nsenter', `--target=${this.#init}`, ...spaces, '--', program, ...args);
  }

  /** Runs a program in the host's file system while the host is down: a container without systemd. */
  runWithoutSystemd(program: string, ...args: string[]): Promise<string> {
    const container = ['--quiet', '--register=no', '--keep-unit', '--pipe', '--as-pid2'];
    return command('systemd-nspawn', ...container, `--directory=${this.#root}`, program, ...args);
  }

  /** Mounts a file system that never answers, until the returned function is called. */
  async mountHanging(folder: string): Promise<() => Promise<void>> {
    const script = join(import.meta.dirname, 'hanging-mount.py');
    const server = spawn('python3', [script, String(this.#init), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(server.stdout, 'data');
    return async () => {
      server.kill('SIGKILL');
      await once(server, 'exit');
    };
  }

  /** Takes the cable out: packets are lost without a word, no connection is closed. */
  async unplug(): Promise<void> {
    await command('ip', 'link', 'set', NETWORK.cable(this.name), 'down');
  }

  async plugIn(): Promise<void> {
    await command('ip', 'link', 'set', NETWORK.cable(this.name), 'up');
  }

  /** Goes down as `systemctl reboot` makes it; `boot` then plays the part of the firmware. */
  async goDownForReboot(): Promise<void> {
    const down = once(this.#manager!, 'exit');
    await this.run('systemctl', 'reboot');
    const [status] = await down;
    if (status !== REBOOT) throw new Error(`${this.name} did not ask for a reboot but ended with ${status}`);
  }
}

async function onlyChild(pid: number): Promise<number> {
  const [child] = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ');
  if (!child) throw new Error('the host has no init yet');
  return Number(child);
}
