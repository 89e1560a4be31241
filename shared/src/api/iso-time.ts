const ISO_8601 = /^(\d{4})-(\d\d)-(\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** A date, or a date and a time, as UTC ms. Without a zone it is UTC; undefined when it is none. */
export function parseIsoTime(text: string): number | undefined {
  const match = ISO_8601.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, zone] = match;
  // JavaScript takes 30 February for 2 March.
  if (new Date(Date.UTC(+year!, +month! - 1, +day!)).getUTCDate() !== +day!) return undefined;
  const ms = Date.parse(text.includes('T') && zone === undefined ? `${text}Z` : text);
  return Number.isNaN(ms) ? undefined : ms;
}
