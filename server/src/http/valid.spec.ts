import { HistoryQuery, LoginRequest } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { ApiException } from './api-exception.js';
import { Valid } from './valid.js';

const refusal = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    if (error instanceof ApiException) return { status: error.getStatus(), ...error.body };
  }
  throw new Error('was not refused');
};

describe('Valid', () => {
  const body = new Valid(LoginRequest);
  const query = new Valid(HistoryQuery);
  const host = 'a'.repeat(24);

  it('hands on what the schema accepts, untouched', () => {
    const input = { email: 'a@b.c', password: 'x' };
    expect(body.transform(input, { type: 'body' })).toBe(input);
  });

  it.each([
    [{ email: 'a@b.c' }, '/password', 'password is missing.'],
    [{ email: 'a@b.c', password: 'x', admin: true }, '/admin', 'admin is not a known field.'],
    [{ email: 'a@b.c', password: 5 }, '/password', 'password must be string.'],
  ])('refuses %o, naming the field', (input, field, message) => {
    expect(refusal(() => body.transform(input, { type: 'body' }))).toEqual({
      status: 400,
      code: 'invalid',
      field,
      message,
    });
  });

  it.each([undefined, null, 'text', 5, []])('refuses %o in place of an object', (input) => {
    expect(refusal(() => body.transform(input, { type: 'body' }))).toMatchObject({ code: 'invalid' });
  });

  it('reads numbers and lists out of a query string', () => {
    const given = { host, metric: 'cpu.usage', from: '1', to: '2', points: '300' };
    expect(query.transform(given, { type: 'query' })).toEqual({
      host,
      metric: ['cpu.usage'],
      from: 1,
      to: 2,
      points: 300,
    });
    expect(query.transform({ ...given, metric: ['a', 'b'] }, { type: 'query' }).metric).toEqual(['a', 'b']);
  });

  it.each(['', 'abc', '1.5', 'NaN', 'Infinity', '-1'])('refuses "%s" as a whole number', (points) => {
    const given = { host, metric: 'cpu.usage', from: '1', to: '2', points };
    expect(refusal(() => query.transform(given, { type: 'query' })).field).toBe('/points');
  });

  it('does not read numbers out of the text of a body', () => {
    const given = { host, metric: ['cpu.usage'], from: '1', to: 2 };
    expect(refusal(() => query.transform(given, { type: 'body' })).field).toBe('/from');
  });
});
