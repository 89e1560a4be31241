import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUnits } from './auxiliary.js';
import { parseStat } from './stat.js';
import { parseUserNames } from './user-names.js';

const NGINX =
  '613 (nginx) S 612 612 612 0 -1 4194624 412 0 3 0 71 29 0 0 20 0 1 0 8421 11747328 1385 18446744073709551615 1 1 0 0 0 0 0 1073745920 402745863 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n';

describe('parseStat', () => {
  it('reads name, time on the processor, start and memory', () => {
    expect(parseStat(NGINX)).toEqual({ name: 'nginx', ticks: 100, started: 8421, pages: 1385 });
  });

  it('finds its way whatever name a process gave itself', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), (name) => {
        expect(parseStat(NGINX.replace('nginx', () => name))).toMatchObject({
          name,
          ticks: 100,
          pages: 1385,
        });
      }),
    );
  });

  it.each(['', '613 (nginx', '613 (nginx) S 1 2'])('refuses %j', (text) => {
    expect(parseStat(text)).toBeUndefined();
  });

  it('reads this process', () => {
    const stat = parseStat(readFileSync('/proc/self/stat', 'utf8'))!;
    expect(stat.pages * 4096).toBeGreaterThan(10_000_000);
    expect(stat.started).toBeGreaterThan(0);
  });
});

describe('parseUnits', () => {
  it('reads the size of a page and the ticks of a second', () => {
    const pairs = [33, 1, 6, 65_536, 17, 250, 0, 0];
    const auxv = Buffer.alloc(pairs.length * 8);
    pairs.forEach((value, i) => auxv.writeBigUInt64LE(BigInt(value), i * 8));
    expect(parseUnits(auxv)).toEqual({ page: 65_536, ticks: 250 });
  });

  it('takes the usual ones where nothing is told', () => {
    expect(parseUnits(Buffer.alloc(0))).toEqual({ page: 4096, ticks: 100 });
  });
});

describe('parseUserNames', () => {
  it('takes the first name of each number and passes over what is no user', () => {
    const passwd =
      'root:x:0:0:root:/root:/bin/bash\ntoor:x:0:0::/:/bin/sh\n# note\n+::::::\nwww-data:x:33:33::/:\n';
    expect([...parseUserNames(passwd)]).toEqual([
      [0, 'root'],
      [33, 'www-data'],
    ]);
  });
});
