import { expect, it } from 'vitest';
import { shorten } from './shorten.js';

it.each([
  ['Updates', 7, 'Updates'],
  ['Updates', 6, 'Updat…'],
  ['New disks', 5, 'New…'],
  ['💾💾💾', 2, '💾…'],
])('%s in %i characters', (text, most, short) => {
  expect(shorten(text, most)).toBe(short);
});
