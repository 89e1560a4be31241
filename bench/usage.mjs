/** What this process has used until now: CPU in µs, memory in bytes. */
export function usage() {
  const { user, system } = process.cpuUsage();
  return { cpu: user + system, at: performance.now(), rss: process.memoryUsage.rss() };
}

/** The value that this share of all lies at or under. */
export function percentile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}
