/**
 * The exit statuses of every command. 3 is what LSB init scripts give for "not running"; 70 and 78 are EX_SOFTWARE and EX_CONFIG of
 * sysexits(3); 130 is 128 + SIGINT, as shells have it.
 */
export const EXIT = {
  ok: 0,
  /** It was tried and did not work. For `status`: running, but not answering. */
  failed: 1,
  /** The command line was not understood. */
  usage: 2,
  /** For `update` and `pull`: no image could be had. */
  nothing: 2,
  /** For `status`: not running. */
  notRunning: 3,
  /** For `status`: it serves, but something is wrong. */
  impaired: 4,
  /** A defect of this program. */
  internal: 70,
  /** config.yml is wrong: starting again does not help. */
  config: 78,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** One of the exit statuses. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
