/** What one check came to. */
export interface Finding {
  /** What was looked at: `port`, `disk`… */
  readonly check: string;
  /** `warning`: the mirror works, but not as well as it could. `problem`: something does not work. */
  readonly level: 'ok' | 'warning' | 'problem';
  readonly message: string;
  /** What to do, a command where there is one; null when nothing is to be done. */
  readonly remedy: string | null;
}

/** All is well. */
export function ok(check: string, message: string): Finding {
  return { check, level: 'ok', message, remedy: null };
}

/** It works, but not as well as it could. */
export function warning(check: string, message: string, remedy: string): Finding {
  return { check, level: 'warning', message, remedy };
}

/** Something does not work. */
export function problem(check: string, message: string, remedy: string): Finding {
  return { check, level: 'problem', message, remedy };
}
