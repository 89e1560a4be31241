import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A real dbus-daemon of its own, which lets anybody in and own any name. */
export class MessageBusDaemon {
  private constructor(
    readonly socket: string,
    private readonly folder: string,
    private readonly daemon: ChildProcess,
  ) {}

  static async start(folder = mkdtempSync(join(tmpdir(), 'tocsin-bus-'))): Promise<MessageBusDaemon> {
    const socket = join(folder, 'socket');
    const config = join(folder, 'bus.conf');
    writeFileSync(
      config,
      `<busconfig>
         <type>session</type>
         <listen>unix:path=${socket}</listen>
         <auth>EXTERNAL</auth>
         <policy context="default">
           <allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_destination="*"/>
           <allow receive_sender="*"/>
         </policy>
       </busconfig>`,
    );
    const daemon = spawn('dbus-daemon', ['--nofork', '--print-address', `--config-file=${config}`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(daemon, 'spawn');
    await once(createInterface(daemon.stdout), 'line');
    return new MessageBusDaemon(socket, folder, daemon);
  }

  /** Ends it and starts another in the same place, as an upgrade of the bus would. */
  async restart(): Promise<MessageBusDaemon> {
    await this.#end();
    rmSync(this.socket, { force: true });
    return MessageBusDaemon.start(this.folder);
  }

  async stop(): Promise<void> {
    await this.#end();
    rmSync(this.folder, { recursive: true });
  }

  async #end(): Promise<void> {
    this.daemon.kill();
    await once(this.daemon, 'exit');
  }
}
