import { describe, expect, it } from 'vitest';
import { isHubPath } from './hub-paths.js';

describe('the paths that the service worker leaves to the hub', () => {
  it.each(['/api/v1/hosts', '/history?host=1', '/history', '/socket.io/?EIO=4', '/health/ready', '/data'])(
    'leaves %s alone',
    (path) => expect(isHubPath.test(path)).toBe(true),
  );

  it.each(['/', '/incidents', '/hosts/65f0', '/history-of-bells', '/healthy'])(
    'answers %s with the shell',
    (path) => expect(isHubPath.test(path)).toBe(false),
  );
});
