/** What a timer of Node.js takes at most, in milliseconds: 24.8 days. One told to wait longer fires after 1 ms. */
const LONGEST = 2 ** 31 - 1;

/** The delay for a timer that is to fire after so many milliseconds, or as late as a timer can. */
export function timerDelay(milliseconds: number): number {
  return Math.min(milliseconds, LONGEST);
}
