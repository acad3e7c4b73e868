const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** A time to wait, as exact as such a guess is: `8 s`, `25 s`, `4 min`, `1 h 20 min`; undefined: longer than anybody waits. */
export function formatTimeLeft(seconds: number): string | undefined {
  if (!(seconds < 100 * HOUR)) return undefined;
  if (seconds < 10) return `${Math.max(1, Math.ceil(seconds))} s`;
  if (seconds <= 55) return `${Math.ceil(seconds / 5) * 5} s`;
  const minutes = Math.ceil(seconds / MINUTE);
  if (minutes < 60) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), Math.ceil((minutes % 60) / 5) * 5];
  return rest === 60 ? `${hours + 1} h` : rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}
