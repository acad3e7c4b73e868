const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Go's own limit (an int64 of nanoseconds), in milliseconds. */
const LONGEST = 9_223_372_036_854;

/**
 * Reads a duration as Go's `time.ParseDuration` does (`168h`, `1h30m`, `1.5s`, `500ms`, `0`) and gives milliseconds,
 * rounded to whole ones. Undefined when the text is no duration, is negative, or is longer than Go can hold (292 years).
 */
export function parseDuration(text: string): number | undefined {
  const unsigned = text.startsWith('+') ? text.slice(1) : text;
  if (unsigned === '0') return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(unsigned)) return undefined;
  let milliseconds = 0;
  for (const [, amount, unit] of unsigned.matchAll(/([\d.]+)([a-zµμ]+)/g)) {
    milliseconds += Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN);
  }
  return milliseconds <= LONGEST ? Math.round(milliseconds) : undefined;
}

/** The shortest text that `parseDuration` reads back as the same number of milliseconds: `168h`, `1h30m`, `500ms`, `0s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  let rest = milliseconds;
  let text = '';
  for (const unit of ['h', 'm', 's', 'ms']) {
    const size = UNITS[unit] ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}
