import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, open, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import { command } from './command.js';
import { installMissing } from './debian.js';
import { PLACES } from './places.js';

const FOLDER = join(PLACES.run, 'docker');
const APPLETS = ['sh', 'sleep', 'cat', 'head', 'tr', 'test', 'touch', 'rm', 'wget', 'httpd'];
/** Another `docker` on the machine may know other things. */
const DEBIAN_PATH = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin';
const IMAGE = 'tocsin-test:busybox';

/**
 * A Docker of its own in a sandbox: its processes, mounts and networks are in namespaces that end with it.
 * Inside it listens where it listens everywhere, outside at `socket`.
 */
export class PrivateDocker {
  /** For programs outside of the sandbox. */
  readonly socket = join(FOLDER, 'docker.sock');
  #init = 0;
  #daemon?: ChildProcess;

  private constructor(private readonly sandbox: ChildProcess) {}

  static async start(): Promise<PrivateDocker> {
    await installMissing({ dockerd: 'docker.io', busybox: 'busybox-static' });
    await mkdir(FOLDER, { recursive: true });
    const spaces = ['--mount', '--pid', '--net', '--fork', '--kill-child', '--mount-proc'];
    // A /run of its own: no socket and no file of another Docker is in the way.
    // Its first process has to take care of those that lose their parent, as when the daemon is killed.
    const prepare =
      'mount -t tmpfs tmpfs /run; ip link set lo up; echo ready; while :; do sleep 3600 & wait; done';
    const sandbox = spawn('unshare', [...spaces, 'sh', '-ec', prepare], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(sandbox.stdout, 'data');
    await writeFile(join(FOLDER, 'sandbox.pid'), `${sandbox.pid}\n`);
    const docker = new PrivateDocker(sandbox);
    const children = await readFile(`/proc/${sandbox.pid}/task/${sandbox.pid}/children`, 'utf8');
    docker.#init = Number(children);
    await docker.startDaemon();
    await docker.#makeImage();
    return docker;
  }

  /** Starts the daemon, again after it was killed. */
  async startDaemon(): Promise<void> {
    const folders = [`--data-root=${FOLDER}/data`, `--exec-root=${FOLDER}/exec`];
    const sockets = ['--host=unix:///var/run/docker.sock', `--host=unix://${this.socket}`];
    const groups = ['--cgroup-parent=/tocsin-hosts', '--exec-opt=native.cgroupdriver=cgroupfs'];
    const network = ['--iptables=false', '--ip6tables=false', '--bridge=none'];
    const bounds = ['--default-ulimit=nofile=20000:20000', '--storage-driver=overlay2'];
    const daemon = ['dockerd', ...folders, ...sockets, ...groups, ...network, ...bounds];
    const log = await open(join(FOLDER, 'dockerd.log'), 'w');
    const started = spawn('nsenter', this.#inside('--net', 'env', DEBIAN_PATH, ...daemon), {
      stdio: ['ignore', log.fd, log.fd],
    });
    this.#daemon = started;
    await log.close();
    await vi.waitFor(
      async () => {
        if (started.exitCode !== null)
          throw new Error(`dockerd ended:\n${await readFile(join(FOLDER, 'dockerd.log'), 'utf8')}`);
        await this.docker('version');
      },
      { timeout: 30_000, interval: 100 },
    );
  }

  async #makeImage(): Promise<void> {
    const root = join(FOLDER, 'image');
    await mkdir(join(root, 'bin'), { recursive: true });
    const [busybox] = (await command('sh', '-c', 'command -v busybox')).split('\n');
    await copyFile(busybox!, join(root, 'bin/busybox'));
    for (const applet of APPLETS) await symlink('busybox', join(root, 'bin', applet));
    await command('tar', '-C', root, '-cf', join(FOLDER, 'image.tar'), '.');
    await this.docker('import', join(FOLDER, 'image.tar'), IMAGE);
  }

  docker(...args: string[]): Promise<string> {
    return command('nsenter', ...this.#inside('--net', 'env', DEBIAN_PATH, 'docker', ...args));
  }

  /** Starts a container, without a network unless the options of `docker run` name one. @returns its id */
  run(name: string, options: string[], ...program: string[]): Promise<string> {
    const network = options.some((option) => option.startsWith('--network')) ? [] : ['--network=none'];
    return this.docker('run', '--detach', `--name=${name}`, ...network, ...options, IMAGE, ...program);
  }

  /** What the first process of a container spent since it was started, in ms. */
  async cpuOf(id: string): Promise<number> {
    const pid = await this.docker('inspect', '--format={{.State.Pid}}', id);
    const stat = await this.runInside('cat', `/proc/${pid}/stat`);
    const [user, system] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14).map(Number);
    return (user! + system!) * 10;
  }

  async signalDaemon(signal: 'KILL' | 'STOP' | 'CONT'): Promise<void> {
    await this.runInside('sh', '-c', `kill -${signal} $(cat /var/run/docker.pid)`);
    // Whoever started it has stopped with it.
    if (signal === 'CONT') this.#daemon?.kill('SIGCONT');
  }

  /** Starts a program beside the daemon, with the network of this machine, until the sandbox ends. */
  startInside(...program: string[]): void {
    spawn('nsenter', this.#inside(...program), { stdio: 'ignore' });
  }

  /** Runs a program beside the daemon, with the network of this machine. */
  runInside(...program: string[]): Promise<string> {
    return command('nsenter', ...this.#inside(...program));
  }

  #inside(...program: string[]): string[] {
    const more = program[0] === '--net' ? [program.shift()!] : [];
    return [`--target=${this.#init}`, '--mount', '--pid', ...more, '--', ...program];
  }

  /** Ends everything in the sandbox. */
  async stop(): Promise<void> {
    const ended = once(this.sandbox, 'exit');
    this.sandbox.kill('SIGKILL');
    await ended;
  }
}
