/** One process as `/proc/PID/stat` tells it. */
export interface ProcessStat {
  /** The program's name, as the kernel shortens it; whoever runs it may have chosen it. */
  name: string;
  /** Time on the processor in all its threads since it was started, in ticks. */
  ticks: number;
  /** When it was started, in ticks since the host was; with its id it is unmistakable. */
  started: number;
  /** Resident memory in pages. */
  pages: number;
}

/** @returns undefined when it is no such text */
export function parseStat(stat: string): ProcessStat | undefined {
  // The name stands in brackets and may hold brackets and spaces itself.
  const open = stat.indexOf('(');
  const close = stat.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  // Counted from the state, which is the third field in the kernel's documentation.
  const fields = stat.slice(close + 2).split(' ', 22);
  const [ticks, started, pages] = [
    Number(fields[11]) + Number(fields[12]),
    Number(fields[19]),
    Number(fields[21]),
  ];
  if (Number.isNaN(ticks + started + pages)) return undefined;
  return { name: stat.slice(open + 1, close), ticks, started, pages };
}
