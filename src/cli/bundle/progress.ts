import { formatBytes } from '../../images/update-event.js';
import type { Output } from '../command.js';
import { type LiveLine, liveLine } from '../live-line.js';

/** Columns that every terminal has. */
const COLUMNS = 79;
/** Before that much time, milliseconds, a rate says nothing. */
const SETTLED = 1000;

/** A line on a terminal with what is done, the rate and the time left. */
export function progressLine(
  output: Output,
): LiveLine & { at(what: string, done: number, total: number): void } {
  const line = liveLine(output);
  let began: { readonly at: number; readonly done: number } | undefined;
  return {
    ...line,
    at(what, done, total) {
      began ??= { at: performance.now(), done };
      const start = began;
      line.show(() =>
        progressText(what, done, total, done - start.done, performance.now() - start.at).slice(0, COLUMNS),
      );
    },
  };
}

/**
 * How far something is, in words.
 * @param come bytes in this run
 * @param milliseconds that these took
 */
export function progressText(
  what: string,
  done: number,
  total: number,
  come: number,
  milliseconds: number,
): string {
  const soFar = `${what}${formatBytes(done)} of ${formatBytes(total)}`;
  if (milliseconds < SETTLED || come === 0) return soFar;
  const rate = come / (milliseconds / 1000);
  return `${soFar}, ${formatBytes(rate)}/s, ${timeLeft((total - done) / rate)} left`;
}

function timeLeft(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.ceil(whole / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
