import { cpus } from 'node:os';
import { forMarkdown, forTerminal } from './table.mjs';

export const inTables = (sections) =>
  sections
    .map(({ title, table, note }) =>
      [`${title}\n`, forTerminal(table), ...(note ? [`\n${note}`] : [])].join('\n'),
    )
    .join('\n\n');

/** The document `docs/performance.md`. */
export function asDocument(sections, { seconds, mongodVersion, now }) {
  const machine = `${cpus().length} cores (${cpus()[0].model.trim()}), Node.js ${process.version}, MongoDB ${mongodVersion}`;
  const parts = sections.map(({ title, table, note }) =>
    [`## ${title}`, forMarkdown(table), ...(note ? [note] : [])].join('\n\n'),
  );
  return `# Performance

Made by \`npm run bench -- --markdown docs/performance.md\` on ${now.toISOString().slice(0, 10)}: ${machine}.
Hub, MongoDB and the load that is put on them share these cores; CPU is that of the process named, each figure is from
a measurement of ${seconds} s. From run to run CPU per frame moves by a quarter: compare within one run.

${parts.join('\n\n')}

## What else is measured

Times that people notice are taken by \`npm test\` and \`npm run test:hosts\` with real agents, real hosts and a real
browser; both leave them in \`test-results/figures.json\`: an agent that is killed, silence, an incident, a service that
stops, a database that hangs. The agent's own cost is measured by \`npm run bench:agent\`, a
fleet that comes back to a hub that was killed by \`npm run bench:restart\`, how late alarms are and what a storm tells by
\`npm run bench:alerts\`.
`;
}
