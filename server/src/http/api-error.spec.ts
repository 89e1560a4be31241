import {
  ConflictException,
  HttpException,
  InternalServerErrorException,
  NotFoundException,
} from '@nestjs/common';
import { mongo } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { apiErrorOf } from './api-error.js';
import { ApiException } from './api-exception.js';

describe('apiErrorOf', () => {
  it('hands on what an ApiException says', () => {
    expect(apiErrorOf(new ApiException(409, 'name_taken', 'There is one already.', '/name'))).toEqual({
      status: 409,
      body: { code: 'name_taken', message: 'There is one already.', field: '/name' },
    });
  });

  it('gives the exceptions of Nest their code', () => {
    expect(apiErrorOf(new NotFoundException('No such host.'))).toEqual({
      status: 404,
      body: { code: 'not_found', message: 'No such host.' },
    });
    expect(apiErrorOf(new ConflictException()).body.code).toBe('conflict');
  });

  it.each([
    new Error('E11000 duplicate key error collection: tocsin.users'),
    new InternalServerErrorException('password was hunter2'),
    Object.assign(new Error('bad gateway secret'), { status: 502 }),
    'a thrown string',
    undefined,
  ])('says nothing of what broke inside: %s', (thrown) => {
    const { status, body } = apiErrorOf(thrown);
    expect(status).toBe(500);
    expect(body).toEqual({ code: 'internal', message: 'The hub could not do this. Its log says why.' });
  });

  it('tells a MongoDB that is away from a fault of the hub', () => {
    expect(apiErrorOf(new mongo.MongoNetworkError('connect ECONNREFUSED'))).toEqual({
      status: 503,
      body: { code: 'unavailable', message: 'The database does not answer. Try again in a moment.' },
    });
  });

  it.each([
    [413, 'entity.too.large', 'too_large', 'The body is too large.'],
    [400, 'entity.parse.failed', 'invalid', 'The body is not valid JSON.'],
    [400, 'something.new', 'invalid', 'The request is not valid.'],
  ])('explains a %i of Express in words of its own', (status, type, code, message) => {
    const cause = Object.assign(new Error('Unexpected token h in hunter2'), { type });
    expect(apiErrorOf(new HttpException(cause.message, status, { cause }))).toEqual({
      status,
      body: { code, message },
    });
  });
});
