import { describe, expect, it } from 'vitest';
import { containerSign } from './container-sign.js';

describe('containerSign', () => {
  it('lets a failing health check win over running', () => {
    expect(containerSign({ state: 'running', health: 'unhealthy' })).toMatchObject({ tone: 'critical' });
    expect(containerSign({ state: 'running', health: 'healthy' })).toMatchObject({ text: 'healthy' });
    expect(containerSign({ state: 'running' })).toMatchObject({ text: 'running', tone: 'ok' });
  });

  it('does not call one that has ended broken, nor one that restarts well', () => {
    expect(containerSign({ state: 'exited', health: 'unhealthy' })).toMatchObject({ tone: 'away' });
    expect(containerSign({ state: 'restarting' })).toMatchObject({ tone: 'warning' });
  });
});
