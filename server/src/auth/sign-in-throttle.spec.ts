import { beforeEach, describe, expect, it } from 'vitest';
import { FAILURES_PER_ACCOUNT, FAILURES_PER_NETWORK, SignInThrottle } from './sign-in-throttle.js';
import { TooManyAttempts } from './too-many-attempts.js';

let throttle: SignInThrottle;
beforeEach(() => {
  throttle = new SignInThrottle();
});

/** A failure each from a network of its own. */
async function attackFromEverywhere(email: string, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await throttle.attempt(`198.51.100.${i}`, email);
}

describe('SignInThrottle', () => {
  it('stops an address that guesses at many accounts', async () => {
    for (let i = 0; i < FAILURES_PER_NETWORK; i++) await throttle.attempt('192.0.2.1', `${i}@example.org`);
    await expect(throttle.attempt('192.0.2.1', 'next@example.org')).rejects.toThrow(TooManyAttempts);
  });

  it('lets other addresses sign in meanwhile', async () => {
    for (let i = 0; i < FAILURES_PER_NETWORK; i++) await throttle.attempt('192.0.2.1', `${i}@example.org`);
    await expect(throttle.attempt('192.0.2.2', '1@example.org')).resolves.toBeUndefined();
  });

  it('stops many addresses that guess at one account, however they write it', async () => {
    await attackFromEverywhere('ada@example.org', FAILURES_PER_ACCOUNT);
    await expect(throttle.attempt('203.0.113.1', 'Ada@Example.org')).rejects.toThrow(TooManyAttempts);
  });

  it('lets an account in from where it signed in before, though others guess at it', async () => {
    await throttle.attempt('192.0.2.9', 'ada@example.org');
    await throttle.succeeded('192.0.2.9', 'ada@example.org');
    await attackFromEverywhere('ada@example.org', FAILURES_PER_ACCOUNT);
    await expect(throttle.attempt('192.0.2.9', 'ada@example.org')).resolves.toBeUndefined();
  });

  it('limits guesses from a familiar address all the same', async () => {
    await throttle.succeeded('192.0.2.9', 'ada@example.org');
    for (let i = 0; i < FAILURES_PER_ACCOUNT; i++) await throttle.attempt('192.0.2.9', 'ada@example.org');
    await expect(throttle.attempt('192.0.2.9', 'ada@example.org')).rejects.toThrow(TooManyAttempts);
  });

  it('does not count what a blocked address tries against the account', async () => {
    for (let i = 0; i < FAILURES_PER_NETWORK; i++) await throttle.attempt('192.0.2.1', `${i}@example.org`);
    for (let i = 0; i < FAILURES_PER_ACCOUNT; i++) {
      await expect(throttle.attempt('192.0.2.1', 'ada@example.org')).rejects.toThrow(TooManyAttempts);
    }
    await expect(throttle.attempt('192.0.2.2', 'ada@example.org')).resolves.toBeUndefined();
  });

  it('never counts sign-ins that succeed', async () => {
    for (let i = 0; i < 2 * FAILURES_PER_NETWORK; i++) {
      await throttle.attempt('192.0.2.1', 'ada@example.org');
      await throttle.succeeded('192.0.2.1', 'ada@example.org');
    }
  });

  it('says when to come back', async () => {
    for (let i = 0; i < FAILURES_PER_NETWORK; i++) await throttle.attempt('192.0.2.1');
    const refusal = await throttle.attempt('192.0.2.1').catch((error: unknown) => error);
    expect((refusal as TooManyAttempts).retryAfterSeconds).toBeGreaterThan(0);
    expect((refusal as TooManyAttempts).retryAfterSeconds).toBeLessThanOrEqual(900);
  });
});
