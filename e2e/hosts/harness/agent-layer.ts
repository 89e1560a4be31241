import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { command } from './command.js';
import { ROOT } from '../../support/places.js';
import { PLACES } from './places.js';

const INSTALLED = '/opt/tocsin';

const UNIT = `[Unit]
Description=Tocsin agent
After=network.target

[Service]
ExecStart=${INSTALLED}/node ${INSTALLED}/agent/dist/main.js --config /etc/tocsin/agent.yaml
Restart=always
RestartSec=1

[Install]
WantedBy=multi-user.target
`;

/** Lays out what is put over each host's Debian: this Node, the built agent, its unit. */
export async function buildAgentLayer(): Promise<void> {
  const into = (path: string) => join(PLACES.agentLayer, path);
  await mkdir(into(INSTALLED), { recursive: true });
  await cp(process.execPath, into(`${INSTALLED}/node`));
  for (const part of ['agent', 'shared']) {
    for (const piece of ['dist', 'package.json']) {
      await cp(join(ROOT, part, piece), into(`${INSTALLED}/${part}/${piece}`), { recursive: true });
    }
  }
  for (const folder of await agentDependencies()) {
    const place = into(join(INSTALLED, relative(ROOT, folder)));
    await mkdir(dirname(place), { recursive: true });
    await cp(folder, place, { recursive: true, verbatimSymlinks: true });
  }
  await mkdir(into('/etc/systemd/system'), { recursive: true });
  await writeFile(into('/etc/systemd/system/tocsin-agent.service'), UNIT);
}

/** Folders of the packages that the agent needs when it runs, its link to shared among them. */
async function agentDependencies(): Promise<string[]> {
  const listed = await command(
    'npm',
    ...['--prefix', ROOT, 'ls', '--workspace', '@tocsin/agent', '--omit=dev', '--all', '--parseable'],
  );
  const agent = join(ROOT, 'node_modules/@tocsin/agent');
  return listed.split('\n').filter((folder) => folder !== ROOT && folder !== agent);
}
