import { type Finding, ok, problem, warning } from './finding.js';

/** Seconds. Tokens live 60 s at least, and certificates of a new authority begin now. */
const WRONG = 300;
const OFF = 30;

/** @param offsets how many seconds this host's clock is ahead of that of each host that told its own */
export function judgeClock(offsets: readonly { readonly host: string; readonly seconds: number }[]): Finding {
  // One server may be wrong itself; the middle one of several is not.
  const middle = offsets.toSorted((one, other) => one.seconds - other.seconds)[
    Math.floor(offsets.length / 2)
  ];
  if (middle === undefined) return ok('clock', 'no upstream told the time, so the clock was not compared');
  const { host, seconds } = middle;
  const off = Math.round(Math.abs(seconds));
  const how = `the clock is ${off} s ${seconds > 0 ? 'ahead of' : 'behind'} that of ${host}`;
  const remedy = 'timedatectl set-ntp true';
  if (off > WRONG) return problem('clock', `${how}: certificates and tokens may be refused`, remedy);
  if (off > OFF) return warning('clock', how, remedy);
  return ok('clock', `the clock agrees with that of ${host}`);
}
