import { getConnectionToken } from '@nestjs/mongoose';
import { Test } from '@nestjs/testing';
import type { Connection } from 'mongoose';
import { describe, expect, inject, it } from 'vitest';
import { Config } from '../config/config.js';
import { ConfigModule } from '../config/config.module.js';
import { DatabaseModule } from './database.module.js';

describe('DatabaseModule', () => {
  it.each([
    ['/', 'tocsin'],
    ['/mine', 'mine'],
  ])('connects to the database that "%s" names, or to tocsin', async (pathname, name) => {
    const uri = new URL(inject('mongoUri'));
    uri.pathname = pathname;
    const config = new Config({ dataDir: '/nowhere', mongodbUri: uri.toString() });
    const testing = await Test.createTestingModule({
      imports: [ConfigModule.of(config), DatabaseModule],
    }).compile();
    expect(testing.get<Connection>(getConnectionToken()).name).toBe(name);
    await testing.close();
  });
});
