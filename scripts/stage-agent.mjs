/** `node scripts/stage-agent.mjs DIR`: lays out the agent with its runtime for this architecture, for an image. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stage } from '../agent/packaging/stage.mjs';
import { ROOT } from './setup/run.mjs';
import { runtimeArchive } from './setup/runtime.mjs';

const ARCH = { x64: 'amd64', arm64: 'arm64' };
const arch = ARCH[process.arch];
if (arch === undefined) throw new Error(`there is no runtime for ${process.arch}`);
const { version } = JSON.parse(readFileSync(join(ROOT, 'agent/package.json'), 'utf8'));
const runtime = await runtimeArchive(arch);
stage({ version, arch, runtime, folder: resolve(process.argv[2]), time: new Date(), quick: true });
