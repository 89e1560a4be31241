import { describe, expect, it } from 'vitest';
import { EXAMPLE } from '../../../test/data.js';
import { PostFault, readPosted } from './posted.js';

const NOW = 1_795_000_000_000;

const faultOf = (body: unknown) => {
  try {
    readPosted(body, NOW);
  } catch (error) {
    if (error instanceof PostFault) return error.fault;
    throw error;
  }
  throw new Error('was taken');
};

describe('readPosted', () => {
  it('makes a frame of the short form', () => {
    expect(readPosted(JSON.parse(EXAMPLE), NOW)).toMatchObject({
      form: 'reading',
      frames: [
        {
          t: Date.UTC(2025, 3, 10, 15),
          cpu: { usage: 63.2 },
          ram: { usage: 78.4 },
          disks: [{ mount: '/', usage: 90.1 }],
          network: { in: 1500, out: 2300, interfaces: [] },
          services: [{ name: 'nginx', state: 'active' }],
        },
      ],
    });
  });

  it('takes each part by itself, and now for the time', () => {
    const example = JSON.parse(EXAMPLE);
    for (const field of ['cpu_usage', 'ram_usage', 'disk_usage', 'network', 'services']) {
      const [frame] = readPosted({ [field]: example[field] }, NOW).frames;
      expect(frame).toMatchObject({ t: NOW });
      expect(Object.keys(frame as object)).toHaveLength(2);
    }
  });

  it('makes of names whatever they are text, and nothing else', () => {
    const body = JSON.parse('{"disk_usage":{"__proto__":1,"constructor":2,"/":3}}');
    expect(readPosted(body, NOW).frames).toEqual([
      {
        t: NOW,
        disks: [
          { mount: '__proto__', usage: 1 },
          { mount: 'constructor', usage: 2 },
          { mount: '/', usage: 3 },
        ],
      },
    ]);
  });

  it.each([
    [{ t: 1 }, 'frame'],
    [{ seq: 1, t: 1, cpu: { usage: 1 } }, 'frame'],
    [{ cpu: { usage: 1 } }, 'frame'],
    [{ frames: [{}] }, 'batch'],
    [{ bootId: '0123456789abcdef', frames: [{}] }, 'batch'],
    [{ cpu_usage: 1 }, 'reading'],
    [{ services: { nginx: 'active' } }, 'reading'],
  ])('takes %j for a %s', (body, form) => {
    expect(readPosted(body, NOW).form).toBe(form);
  });

  it.each<[unknown, string, RegExp]>([
    [{}, '', /at least one of cpu_usage, ram_usage, disk_usage, network, services/],
    [{ timestamp: '2025-04-10' }, '', /at least one of/],
    [{ disk_usage: {}, services: {} }, '', /at least one of/],
    [[], '', /object/],
    [null, '', /object/],
    [{ cpu_usage: '63' }, '/cpu_usage', /number/],
    [{ cpu_usage: 101 }, '/cpu_usage', /100/],
    [{ ram_usage: -1 }, '/ram_usage', /0/],
    [{ disk_usage: { '/var': 101 } }, '/disk_usage/~1var', /100/],
    [{ disk_usage: { ['x'.repeat(257)]: 1 } }, `/disk_usage/${'x'.repeat(257)}`, /256/],
    [
      {
        disk_usage: Object.fromEntries(
          Array(513)
            .fill(0)
            .map((_, i) => [i, 1]),
        ),
      },
      '/disk_usage',
      /512/,
    ],
    [{ network: { in: 1 } }, '/network/out', /missing/],
    [{ network: { in: 1, out: 2, total: 3 } }, '/network/total', /not a known field/],
    [{ services: { nginx: 'running' } }, '/services/nginx', /must be one of active, reloading/],
    [{ cpu_usage: 1, timestamp: 'yesterday' }, '/timestamp', /is not a time such as/],
    [{ cpu_usage: 1, timestamp: '2025-02-30T00:00:00' }, '/timestamp', /is not a time/],
    [{ cpu_usage: 1, timestamp: 1744297200 }, '/timestamp', /string/],
    [{ cpu_usage: 1, gpu_usage: 1 }, '/gpu_usage', /not a known field/],
    [JSON.parse('{"cpu_usage":1,"__proto__":{"a":1}}'), '/__proto__', /not a known field/],
    [{ frames: [] }, '/frames', /1/],
    [{ frames: Array(501).fill({}) }, '/frames', /500/],
    [{ bootId: 'x', frames: [{}] }, '/bootId', /\w/],
    [{ frames: [{}], t: 1 }, '/t', /not a known field/],
  ])('refuses %j and names the field', (body, field, message) => {
    const fault = faultOf(body);
    expect(fault.field).toBe(field);
    expect(fault.message).toMatch(message);
  });
});
