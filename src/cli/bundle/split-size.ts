import { UsageError } from '../errors.js';

/** Less would make too many files, bytes. */
const LEAST = 1_000_000;

const UNITS: Readonly<Record<string, number>> = {
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/**
 * Reads the size of a volume: a number of bytes, with a decimal unit (`4G` is 4,000,000,000, which FAT takes) or a binary one (`2Gi`).
 * @throws UsageError
 */
export function splitSize(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number = '', unit] =
    /^(\d{1,15})([kMGT]i?)?B?$/.exec(text.replace(/^(\d+)(K|m|g|t)/, upper)) ?? [];
  const size =
    number === '' ? Number.NaN : Number(number) * (unit === undefined ? 1 : (UNITS[unit] ?? Number.NaN));
  if (Number.isSafeInteger(size) && size >= LEAST) return size;
  throw new UsageError(`--split ${text}: expected a size of at least 1M, such as 4G or 700M`);
}

/** As people type them. */
function upper(_: string, digits: string, unit: string): string {
  return `${digits}${unit === 'K' ? 'k' : unit.toUpperCase()}`;
}
