import { describe, expect, it } from 'vitest';
import { parseTags } from './parse-tags.js';

describe('parseTags', () => {
  it('parts tags at spaces and commas and keeps each once', () => {
    expect(parseTags(' Web, berlin  web,db ')).toEqual(['web', 'berlin', 'db']);
  });

  it('gives no tags for nothing', () => {
    expect(parseTags('  ')).toEqual([]);
  });
});
