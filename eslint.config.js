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

const node = ['node:*', 'The code also runs in a browser, which has no node modules.'];
const sibling = (names) => [
  names,
  'Agent, hub and PWA meet only in @tocsin/shared; see docs/architecture.md.',
];

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
      node,
      sibling(['@tocsin/*', '**/agent/**', '**/server/**', '**/pwa/**']),
      [
        ['@nestjs/*', 'mongoose', 'svelte', 'svelte/*', 'socket.io*'],
        'shared knows its schema library only.',
      ],
    ].map(([group, message]) => [[group].flat(), message]),
  ),
  border(
    ['agent/src/**'],
    [
      [['@tocsin/server*', '@tocsin/pwa*', '../../server/**', '../../../server/**'], sibling([])[1]],
      [['@nestjs/*', 'mongoose', 'svelte'], 'The agent stays small: it carries no framework.'],
    ],
  ),
  border(
    ['pwa/src/**'],
    [
      [['@tocsin/server*', '@tocsin/agent*'], sibling([])[1]],
      [[node[0]], node[1]],
    ],
  ),
  border(
    ['pwa/src/service-worker/**'],
    [
      [
        ['svelte', 'svelte/*', '**/routes/**', '**/state/**', '**/components/**', '**/charts/**'],
        'The service worker has no window: it imports window-free code only.',
      ],
      [[node[0]], node[1]],
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
        ['**/notifications/**', '**/live/**', '**/ingest/**'],
        'Alerting decides and emits events; who shows or sends them listens.',
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
);
