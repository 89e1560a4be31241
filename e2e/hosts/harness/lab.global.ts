import { mkdir } from 'node:fs/promises';
import { buildAgentLayer } from './agent-layer.js';
import { command } from './command.js';
import { buildDebian, installTools } from './debian.js';
import { NETWORK, PLACES } from './places.js';

/** Prepares what the hosts stand on, and takes all of it down again. */
export default async function setup(): Promise<() => Promise<void>> {
  await installTools();
  await takeDown();
  await buildDebian();
  await mkdir(PLACES.run, { recursive: true });
  await command('mount', '-t', 'tmpfs', '-o', 'mode=755', 'tocsin-hosts', PLACES.run);
  await buildAgentLayer();
  await command('ip', 'link', 'add', NETWORK.bridge, 'type', 'bridge');
  await command('ip', 'address', 'add', `${NETWORK.hub}/${NETWORK.prefix}`, 'dev', NETWORK.bridge);
  await command('ip', 'link', 'set', NETWORK.bridge, 'up');
  return takeDown;
}

async function takeDown(): Promise<void> {
  await command('sh', PLACES.teardown, PLACES.run);
}
