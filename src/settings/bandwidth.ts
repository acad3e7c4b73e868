import type { Parsed } from './parsed.js';

const UNITS: Readonly<Record<string, number>> = { k: 1e3, M: 1e6, G: 1e9 };
/** 1 Tbit/s: more is a mistake in typing. */
const MOST = 125e9;

/** Reads a bandwidth such as `50Mbit/s` or `0`, and gives bytes a second. The prefixes are decimal, as those of networks are. */
export function parseBandwidth(text: string): Parsed<number> {
  const expected = 'a bandwidth with a unit, such as 50Mbit/s, 1.5Gbit/s or 500kbit/s, or 0 for no limit';
  if (text === '0') return { value: 0 };
  const [, amount, unit] = /^(\d{1,9}(?:\.\d{1,6})?) ?([kMG])bit\/s$/.exec(text) ?? [];
  const value = (Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN)) / 8;
  return value <= MOST ? { value } : { expected };
}

/** Bytes a second, as `parseBandwidth` reads them: `50Mbit/s`. */
export function formatBandwidth(bytesPerSecond: number): string {
  return `${(bytesPerSecond * 8) / 1e6}Mbit/s`;
}
