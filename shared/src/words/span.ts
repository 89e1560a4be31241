const STEPS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** The two largest parts of a span in ms: `8 s`, `4 min 10 s`, `3 d 2 h`. */
export function formatSpan(ms: number): string {
  let rest = Math.max(0, Math.floor(ms / 1000));
  const first = STEPS.findIndex(([, seconds]) => rest >= seconds);
  if (first < 0) return '0 s';
  const parts: string[] = [];
  for (const [name, seconds] of STEPS.slice(first, first + 2)) {
    const amount = Math.floor(rest / seconds);
    rest -= amount * seconds;
    if (amount > 0) parts.push(`${amount} ${name}`);
  }
  return parts.join(' ');
}
