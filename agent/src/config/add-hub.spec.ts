import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { NEW_FILE, withHub } from './add-hub.js';
import { parseConfig } from './file.js';

const hub = 'https://hub.example';

describe('withHub', () => {
  it('puts the address behind the line that shows how it is done', () => {
    expect(withHub('# a\n#hub: https://x\n\n# b\nservices: [a]\n', hub)).toBe(
      `# a\n#hub: https://x\nhub: ${hub}\n\n# b\nservices: [a]\n`,
    );
  });

  it.each([
    ['', `hub: ${hub}\n`],
    ['interval: 5s # slow\n', `interval: 5s # slow\nhub: ${hub}\n`],
    ['interval: 5s', `interval: 5s\nhub: ${hub}\n`],
    ['# nothing yet\n', `# nothing yet\nhub: ${hub}\n`],
  ])('adds it to %j and leaves the rest alone', (text, written) => {
    expect(withHub(text, hub)).toBe(written);
  });

  it.each([
    '{ interval: 5s } # mine\n',
    'hub: https://old.example # old\ninterval: 5s\n',
    '---\ninterval: 5s\n...\n',
  ])('finds its way in %j', (text) => {
    const written = withHub(text, hub);
    expect(parse(written)).toEqual({ interval: '5s', hub });
    for (const comment of text.match(/#.*/g) ?? []) expect(written).toContain(comment);
  });
});

describe('NEW_FILE', () => {
  it('shows examples that are right', () => {
    const examples = NEW_FILE.replace(/^#(\w+:)/gm, '$1');
    expect(Object.keys(parseConfig(examples, 'agent.yaml'))).toEqual([
      'hub',
      'interval',
      'services',
      'excludeDisks',
      'includeInterfaces',
    ]);
  });
});
