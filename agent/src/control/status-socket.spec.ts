import { mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryLog } from '../../test/test-agent.js';
import { askStatus, ownStatusSocket, StatusSocket } from './status-socket.js';
import type { AgentStatus } from './status.js';

let folder: string;
const sockets: StatusSocket[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-status-'));
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.stop();
  rmSync(folder, { recursive: true });
});

const path = () => join(folder, 'run/status.sock');
async function listen(read: () => Promise<AgentStatus> = async () => ({ version: '1' }) as AgentStatus) {
  const { log, lines } = memoryLog();
  const socket = new StatusSocket(path(), read, log);
  sockets.push(socket);
  await socket.start();
  return { socket, lines };
}

describe('StatusSocket', () => {
  it('answers with one document, its owner and group alone', async () => {
    const { lines } = await listen();
    expect(JSON.parse(await askStatus(path()))).toEqual({ version: '1' });
    expect(JSON.parse(await askStatus(path()))).toEqual({ version: '1' });
    expect(statSync(path()).mode & 0o777).toBe(0o660);
    expect(lines).toEqual([]);
  });

  it('takes the place of one that a killed agent has left behind', async () => {
    const { socket } = await listen();
    // Its end would remove the file; a kill does not.
    renameSync(path(), `${path()}.left`);
    socket.stop();
    renameSync(`${path()}.left`, path());
    await expect(askStatus(path())).rejects.toThrow('ECONNREFUSED');
    const { lines } = await listen();
    expect(lines).toEqual([]);
    expect(JSON.parse(await askStatus(path()))).toEqual({ version: '1' });
  });

  it('does not push away another agent that answers there', async () => {
    await listen(async () => ({ version: 'first' }) as AgentStatus);
    const { lines } = await listen();
    expect(lines).toEqual([expect.stringContaining('another agent answers there')]);
    expect(await askStatus(path())).toContain('first');
  });

  it('is gone when the agent has ended', async () => {
    const { socket } = await listen();
    socket.stop();
    await expect(askStatus(path())).rejects.toThrow('ENOENT');
  });

  it('hangs up where there is nothing to tell', async () => {
    await listen(() => Promise.reject(new Error('no')));
    expect(await askStatus(path()).catch(() => '')).toBe('');
  });
});

describe('ownStatusSocket', () => {
  it('is in the folder that systemd made, else in the own one, else nowhere', () => {
    expect(ownStatusSocket({ RUNTIME_DIRECTORY: '/run/a:/run/b' }, '/var/lib/a')).toBe('/run/a/status.sock');
    expect(ownStatusSocket({}, '/var/lib/a')).toBe('/var/lib/a/status.sock');
    expect(ownStatusSocket({}, undefined)).toBeUndefined();
  });
});
