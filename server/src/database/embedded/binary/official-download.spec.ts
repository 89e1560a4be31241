import { describe, expect, it } from 'vitest';
import { officialUrl } from './official-download.js';

describe('officialUrl', () => {
  it('knows the build for the distribution that the tests run on', async () => {
    expect(await officialUrl()).toMatch(
      /^https:\/\/fastdl\.mongodb\.org\/linux\/mongodb-linux-[\w.-]+-8\.2\.6\.tgz$/,
    );
  });
});
