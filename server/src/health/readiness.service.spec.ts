import { describe, expect, it } from 'vitest';
import { ReadinessService } from './readiness.service.js';

describe('ReadinessService', () => {
  it('is ready when nothing holds it back', () => {
    expect(new ReadinessService().ready).toBe(true);
  });

  it('waits for each one that held it back, and says for what', () => {
    const readiness = new ReadinessService();
    const replayed = readiness.notReady('replaying the journal');
    const connected = readiness.notReady('MongoDB is not connected');
    replayed();
    expect(readiness.ready).toBe(false);
    expect(readiness.reasons).toEqual(['MongoDB is not connected']);
    connected();
    expect(readiness.ready).toBe(true);
  });

  it('keeps two that wait for the same apart', () => {
    const readiness = new ReadinessService();
    const first = readiness.notReady('MongoDB is not connected');
    const second = readiness.notReady('MongoDB is not connected');
    first();
    first();
    expect(readiness.ready).toBe(false);
    second();
    expect(readiness.ready).toBe(true);
  });
});
