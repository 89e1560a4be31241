import type { Message } from '../channel-sender.js';

/** A message as programs read it, version 1: fields are added, and none is changed or taken away. */
export const tocsinBody = ({ id, state, severity, title, lines, items, url, now }: Message) => ({
  version: 1,
  id,
  sentAt: new Date(now).toISOString(),
  state,
  severity,
  title,
  text: lines.join('\n'),
  url,
  incidents: items.map(({ kind, incident }) => ({ reason: kind, ...incident })),
});
