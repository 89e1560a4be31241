import { setTimeout as delay } from 'node:timers/promises';
import type { ByeReason } from '@tocsin/shared';
import { Agent, bufferOf } from '../agent.js';
import { hostCollectors } from '../collectors/host-collectors.js';
import type { Configuration, Credentials } from '../config/read-config.js';
import { Remembered } from '../control/remembered.js';
import { SettingsInForce } from '../control/settings-in-force.js';
import { readStopReason } from '../facts/stop-reason.js';
import { agentVersion, introduce } from '../identity.js';
import type { Logger } from '../logging/logger.js';
import { SimulatedHost } from '../simulator/simulated-host.js';

/** How long the agent asks systemd why it is stopped, in ms. */
const REASON_MS = 500;

/** Reports until the process is told to stop. */
export async function run(
  { settings, fixed, warnings }: Configuration,
  credentials: Credentials,
  log: Logger,
): Promise<void> {
  // In place of the runtime's name, for who lists processes.
  process.title = 'tocsin-agent';
  // From the first moment: a parent that ends while this one starts must not leave it behind.
  const told = toldToStop();
  log.info(`tocsin-agent ${agentVersion()} starts`);
  for (const warning of warnings) log.warn(warning);
  const remembered = new Remembered(settings.stateDir, log);
  const inForce = new SettingsInForce(settings, fixed);
  inForce.follow(remembered.told.settings);
  const agent = new Agent({
    hub: credentials.hub,
    handshake: await introduce(credentials, settings),
    settings: inForce,
    collectors: settings.simulate ? [simulatedHost(log)] : hostCollectors(inForce.watched, settings),
    remembered,
    buffer: bufferOf(settings.bufferMegabytes, settings.stateDir),
    log,
  });
  await agent.start();
  log.info(`stopping: ${await told}`);
  const reason = await Promise.race([readStopReason(), delay(REASON_MS, 'restart' as ByeReason)]);
  await agent.stop(reason);
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

/** A made-up host, on which SIGUSR2 begins and ends a spike. */
function simulatedHost(log: Logger): SimulatedHost {
  const host = new SimulatedHost();
  process.on('SIGUSR2', () => log.info(host.toggleSpike() ? 'a CPU spike begins' : 'the CPU spike ends'));
  return host;
}
