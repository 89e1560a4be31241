import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

/** An import border: these files may not import those, and why. */
const border = (files, forbidden) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: forbidden.map(([group, message]) => ({ group, message })) },
    ],
  },
});

const NO_NODE = [['node:*'], 'This code also runs in a browser, which has no node modules.'];
const MEET_IN_SHARED = 'Agent, hub and PWA meet only in @tocsin/shared; see docs/architecture.md.';

export default ts.config(
  {
    ignores: ['**/dist/', '**/dev-dist/', 'data/', '.cache/', 'test-results/', '**/node_modules/'],
  },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.node } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['pwa/src/**'],
    languageOptions: {
      globals: { ...globals.browser, ...globals.serviceworker },
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'] } },
    rules: { 'no-undef': 'off' },
  },
  {
    // Commands talk to the person in the terminal.
    files: ['scripts/**', 'bench/**', 'e2e/**', 'agent/src/cli/**'],
    rules: { 'no-console': 'off' },
  },

  border(
    ['shared/src/**'],
    [
      NO_NODE,
      [['@tocsin/*', '**/agent/**', '**/server/**', '**/pwa/**'], MEET_IN_SHARED],
      [
        ['@nestjs/*', 'mongoose', 'svelte', 'svelte/*', 'socket.io*'],
        'shared knows its schema library and Temporal, and nothing else.',
      ],
    ],
  ),
  border(
    ['agent/src/**'],
    [
      [['@tocsin/server*', '@tocsin/pwa*', '**/server/src/**', '**/pwa/src/**'], MEET_IN_SHARED],
      [['@nestjs/*', 'mongoose', 'svelte'], 'The agent stays small: it carries no framework.'],
    ],
  ),
  {
    files: ['agent/src/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'It needs WebAssembly, which --jitless turns off: use node:http.' },
        { name: 'WebSocket', message: 'The look alone loads undici, which takes 4 MB.' },
      ],
    },
  },
  border(
    ['pwa/src/**'],
    [NO_NODE, [['@tocsin/server*', '@tocsin/agent*', '**/server/src/**', '**/agent/src/**'], MEET_IN_SHARED]],
  ),
  border(
    ['pwa/src/service-worker/**'],
    [
      NO_NODE,
      [
        ['svelte', 'svelte/*', '**/routes/**', '**/state/**', '**/components/**', '**/charts/**'],
        'The service worker has no window: it imports window-free code only.',
      ],
    ],
  ),
  border(
    ['server/src/ingest/**'],
    [
      [
        ['**/notifications/**'],
        'Alerting emits incident events and notifications listens: ingest never waits for a channel.',
      ],
    ],
  ),
  border(
    ['server/src/alerting/**'],
    [
      [
        ['**/notifications/**', '**/live/**', '**/ingest/**', '**/processes/**', '**/evidence/**'],
        'Alerting decides and emits events; who shows or sends them listens.',
      ],
    ],
  ),
  border(
    ['server/src/live/**'],
    [
      [
        ['**/notifications/**', '**/ingest/**', '**/processes/**', '**/evidence/**'],
        'Live shows what it is told. Who asks agents for something stands beside it.',
      ],
    ],
  ),
  border(
    ['server/src/samples/**', 'server/src/hosts/**', 'server/src/presence/**'],
    [
      [
        ['**/notifications/**', '**/live/**', '**/ingest/**', '**/alerting/**'],
        'A frame flows one way: ingest calls these modules, they never call back.',
      ],
    ],
  ),
  {
    files: ['server/src/**'],
    ignores: ['server/src/config/**', '**/*.spec.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'config/ is the one reader of the environment.' },
      ],
    },
  },
);
