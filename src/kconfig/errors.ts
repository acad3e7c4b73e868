import { MirrorError } from '../errors.js';
import type { KconfigWarning, Position } from './model.js';

/** Kconfig files that cannot be used, with everything that is wrong in them as far as it could be told. */
export class KconfigError extends MirrorError {
  readonly code = 'KCONFIG_INVALID';

  constructor(readonly problems: readonly KconfigWarning[]) {
    super(describeProblems(problems));
  }
}

/** One mistake can show in hundreds of places: the first ones are told. */
const TOLD = 10;

function describeProblems(problems: readonly KconfigWarning[]): string {
  const lines = problems.slice(0, TOLD).map(describeWarning);
  const rest = problems.length - lines.length;
  return [...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
}

/** `FILE:LINE` */
export function describePosition({ file, line }: Position): string {
  return `${file}:${line}`;
}

/** A warning or problem on one line, as compilers print it; what spans lines (a loop) keeps them. */
export function describeWarning({ position, message }: KconfigWarning): string {
  return position === undefined ? message : `${describePosition(position)}: ${message}`;
}
