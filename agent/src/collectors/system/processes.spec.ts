import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ProcessCount } from './processes.js';

const visible = () => readdirSync('/proc').filter((name) => /^\d/.test(name)).length;

describe('ProcessCount', () => {
  it.each([true, false])('counts what runs (in a container: %s)', async (inContainer) => {
    const count = new ProcessCount(inContainer);
    // Other programs of this machine come and go meanwhile.
    const children = Array.from({ length: 50 }, () => spawn('sleep', ['60'], { stdio: 'ignore' }));
    await Promise.all(children.map((child) => once(child, 'spawn')));
    const with50 = count.now(0);
    expect(Math.abs(with50 - visible())).toBeLessThan(20);
    const ended = children.map((child) => once(child, 'close'));
    for (const child of children) child.kill();
    await Promise.all(ended);
    expect(with50 - count.now(10_000)).toBeGreaterThan(30);
  });
});
