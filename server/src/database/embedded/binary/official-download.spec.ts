import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { officialUrl, unpackVerified } from './official-download.js';

const NAME = 'mongodb-linux-x86_64-debian12-8.2.6';

describe('officialUrl', () => {
  it('knows the build for the distribution that the tests run on', async () => {
    expect(await officialUrl()).toMatch(
      /^https:\/\/fastdl\.mongodb\.org\/linux\/mongodb-linux-[\w.-]+-8\.2\.6\.tgz$/,
    );
  });
});

describe('unpackVerified', () => {
  let folder: string;
  let server: Server;
  let url: string;
  let published: string;
  const said: string[] = [];
  const unpack = () => unpackVerified(url, folder, (message) => said.push(message));

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tocsin-download-'));
    await mkdir(join(folder, NAME, 'bin'), { recursive: true });
    await writeFile(join(folder, NAME, 'bin', 'mongod'), 'the program');
    await writeFile(join(folder, NAME, 'bin', 'mongos'), 'another program');
    const archive = execFileSync('tar', ['-czf', '-', NAME], { cwd: folder });
    published = createHash('sha256').update(archive).digest('hex');
    server = createServer((request, response) => {
      if (request.url === `/${NAME}.tgz`) response.setHeader('Content-Length', archive.length).end(archive);
      else if (request.url === `/${NAME}.tgz.sha256`) response.end(`${published}  ${NAME}.tgz\n`);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${NAME}.tgz`;
    said.length = 0;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  it('takes mongod alone out of the archive, and tells how far it is', async () => {
    await unpack();
    expect(await readFile(join(folder, 'mongod'), 'utf8')).toBe('the program');
    await expect(access(join(folder, 'mongos'))).rejects.toThrow();
    expect(said.at(-1)).toMatch(/^… 100 % of 1 MB$/);
  });

  it('refuses an archive that is not the published one', async () => {
    published = '0'.repeat(64);
    await expect(unpack()).rejects.toThrow(`${NAME}.tgz does not match its published checksum`);
    await expect(access(join(folder, 'mongod'))).rejects.toThrow();
  });

  it('says which address did not answer, and how', async () => {
    url = url.replace(NAME, 'nothing');
    await expect(unpack()).rejects.toThrow('nothing.tgz.sha256: status 404');
  });
});
