import { setTimeout as delay } from 'node:timers/promises';
import type { ByeReason, ProcessList } from '@tocsin/shared';
import { Agent, bufferOf } from '../agent.js';
import { hostCollectors } from '../collectors/host-collectors.js';
import { credentialsOf, ownKeyFile, type Configuration } from '../config/read-config.js';
import { ConfigError } from '../config/sources.js';
import type { ReportStatus } from '../control/read-status.js';
import { Remembered } from '../control/remembered.js';
import { SelfEnrolment } from '../control/self-enrolment.js';
import { SettingsInForce } from '../control/settings-in-force.js';
import { ownStatusSocket, StatusSocket } from '../control/status-socket.js';
import { readStopReason } from '../facts/stop-reason.js';
import { agentVersion, introduce, nameOfHost } from '../identity.js';
import type { Logger } from '../logging/logger.js';
import type { ProcessLister } from '../processes/process-lister.js';
import { SimulatedHost } from '../simulator/simulated-host.js';

/** How long the agent asks systemd why it is stopped, in ms. */
const REASON_MS = 500;

/** Reports until the process is told to stop. @throws ConfigError */
export async function run(configuration: Configuration, env: NodeJS.ProcessEnv, log: Logger): Promise<void> {
  // In place of the runtime's name, for who lists processes.
  process.title = 'tocsin-agent';
  // From the first moment: a parent that ends while this one starts must not leave it behind.
  const told = toldToStop();
  const { settings, fixed, warnings } = configuration;
  const enrolment = enrolmentOf(configuration, log);
  const hub = enrolment ? settings.hub! : credentialsOf(configuration).hub;
  const version = agentVersion();
  log.info(`tocsin-agent ${version} starts`);
  for (const warning of warnings) log.warn(warning);

  const remembered = new Remembered(settings.stateDir, log);
  const inForce = new SettingsInForce(settings, fixed);
  inForce.follow(remembered.told.settings);
  let report = async () => notYet(inForce, enrolment?.trouble ?? 'it starts');
  const path = ownStatusSocket(env, settings.stateDir);
  const socket =
    path && new StatusSocket(path, async () => ({ ...ofProcess(version), hub, ...(await report()) }), log);
  if (socket) await socket.start();

  const key = enrolment ? await Promise.race([enrolment.run(), told.then(() => undefined)]) : settings.key;
  if (key !== undefined) {
    const simulated = settings.simulate ? simulatedHost(log) : undefined;
    const agent = new Agent({
      hub,
      handshake: await introduce({ key }, settings),
      settings: inForce,
      collectors: simulated ? [simulated] : hostCollectors(inForce.watched, settings, log),
      processes: simulated ? async () => simulated.processes() : listProcesses,
      remembered,
      buffer: bufferOf(settings.bufferMegabytes, settings.stateDir),
      log,
    });
    report = () => agent.status();
    await agent.start();
    log.info(`stopping: ${await told}`);
    const reason = await Promise.race([readStopReason(), delay(REASON_MS, 'restart' as ByeReason)]);
    await agent.stop(reason);
    await Promise.race([remembered.written(), delay(REASON_MS)]);
  }
  if (socket) socket.stop();
}

/** What gets the key, where there is none and a token may be exchanged for one. @throws ConfigError */
function enrolmentOf({ settings }: Configuration, log: Logger): SelfEnrolment | undefined {
  const { hub, key, token, stateDir, name = nameOfHost() } = settings;
  if (key !== undefined || token === undefined || !hub) return undefined;
  if (stateDir === undefined)
    throw new ConfigError('to enrol by itself the agent needs a folder for its key: give --state-dir');
  return new SelfEnrolment({ hub, token, name, keyFile: ownKeyFile(stateDir) }, log);
}

const ofProcess = (version: string) => ({
  version,
  pid: process.pid,
  uptime: Math.round(process.uptime() * 1000),
  memory: process.memoryUsage.rss(),
});

/** How an agent does that does not report yet. */
function notYet(settings: SettingsInForce, trouble: string): ReportStatus {
  return {
    connection: { open: false, since: Math.round(process.uptime() * 1000), trouble },
    frames: { waiting: 0, waitingBytes: 0, dropped: 0 },
    interval: { ms: settings.interval, from: settings.sourceOf('interval') },
    live: false,
    collectors: [],
  };
}

/** Settles with why: a signal, or the end of the process that started this one. */
function toldToStop(): Promise<string> {
  return new Promise((resolve) => {
    // Once: whoever asks a second time means it.
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
    process.once('disconnect', () => resolve('the parent process is gone'));
  });
}

let lister: ProcessLister | undefined;

/** Loaded when the hub asks for the first time: most agents never need it. */
async function listProcesses(): Promise<ProcessList> {
  lister ??= new (await import('../processes/process-lister.js')).ProcessLister();
  return lister.list();
}

/** A made-up host, on which SIGUSR2 begins and ends a spike. */
function simulatedHost(log: Logger): SimulatedHost {
  const host = new SimulatedHost();
  process.on('SIGUSR2', () => log.info(host.toggleSpike() ? 'a CPU spike begins' : 'the CPU spike ends'));
  return host;
}
