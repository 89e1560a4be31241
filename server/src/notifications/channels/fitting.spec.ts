import { expect, it } from 'vitest';
import { fitting } from './fitting.js';

it('takes whole lines as long as they fit', () => {
  expect(fitting(['aa', 'bb', 'cc'], 5)).toBe('aa\nbb');
  expect(fitting(['aa', 'bb'], 100)).toBe('aa\nbb');
  expect(fitting(['😀😀'], 3)).toBe('');
});
