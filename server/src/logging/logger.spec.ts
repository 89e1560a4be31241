import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it } from 'vitest';
import { createPino, HubLogger } from './logger.js';

describe('HubLogger', () => {
  let lines: Record<string, unknown>[];
  let logger: Logger;
  beforeEach(() => {
    lines = [];
    const pino = createPino(
      { logLevel: 'trace', logPretty: false },
      { write: (line) => lines.push(JSON.parse(line)) },
    );
    Logger.overrideLogger(new HubLogger(pino));
    logger = new Logger('Ingest');
  });

  it('writes a message with its context as one JSON line', () => {
    logger.log('3 agents connected');
    expect(lines).toEqual([
      { level: 30, time: expect.any(String), context: 'Ingest', msg: '3 agents connected' },
    ]);
  });

  it('keeps the fields of an object', () => {
    logger.warn({ msg: 'slow write', tookMs: 30 });
    expect(lines[0]).toMatchObject({ level: 40, msg: 'slow write', tookMs: 30, context: 'Ingest' });
  });

  it('keeps an error with its stack', () => {
    logger.error('write failed', new Error('connection closed'));
    expect(lines[0]).toMatchObject({ msg: 'write failed', err: { message: 'connection closed' } });
    logger.error(new Error('connection closed'));
    expect(lines[1]).toMatchObject({ err: { stack: expect.stringContaining('logger.spec') } });
  });

  it('lets nothing that comes from outside begin a line of its own', () => {
    logger.warn('Refused as invalid: /x\n[12:00] INFO: all is well\u001b[2J must not be there.');
    expect(lines[0]).toMatchObject({
      msg: 'Refused as invalid: /x [12:00] INFO: all is well [2J must not be there.',
    });
  });

  it('keeps what Nest tells of its own start for those who debug', () => {
    new Logger('InstanceLoader').log('AppModule dependencies initialized');
    expect(lines[0]).toMatchObject({ level: 20 });
  });

  it('lets no secret through', () => {
    const secret = 'toc_verysecret';
    logger.log({ msg: 'handshake', key: secret, auth: { key: secret, token: secret } });
    logger.log({
      msg: 'request',
      req: { headers: { authorization: secret, cookie: secret, 'x-api-key': secret } },
    });
    logger.log({ msg: 'login', body: { password: secret } });
    expect(lines).toHaveLength(3);
    expect(JSON.stringify(lines)).not.toContain(secret);
  });
});
