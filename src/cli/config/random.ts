import type { Probabilities } from '../../kconfig/preset.js';
import { UsageError } from '../errors.js';

const MAX_SEED = 2 ** 32 - 1;

/**
 * The seed in `KCONFIG_SEED`, decimal or with `0x`; undefined when none is given.
 * @throws UsageError
 */
export function seedFrom(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const seed = /^(?:\d+|0x[\da-f]+)$/i.test(text) ? Number(text) : Number.NaN;
  if (seed <= MAX_SEED) return seed;
  throw new UsageError(`KCONFIG_SEED is "${text}"; expected a whole number from 0 to ${MAX_SEED}`);
}

/**
 * The probabilities in `KCONFIG_PROBABILITY`, in percent, as in the original: `A` is that of y for bools, and half of it each
 * that of y and of m for tristates; `A:B` are those of y and m for tristates, their sum that of y for bools; `A:B:C` are that of y
 * for bools, and of y and m for tristates.
 * @throws UsageError
 */
export function probabilitiesFrom(text: string | undefined): Probabilities | undefined {
  if (text === undefined || text === '') return undefined;
  const numbers = /^\d+(?::\d+){0,2}$/.test(text) ? text.split(':').map(Number) : [];
  const [a = Number.NaN, b, c] = numbers;
  const probabilities: Probabilities =
    b === undefined
      ? { boolYes: a, tristateYes: Math.floor(a / 2), tristateModule: a - Math.floor(a / 2) }
      : c === undefined
        ? { boolYes: a + b, tristateYes: a, tristateModule: b }
        : { boolYes: a, tristateYes: b, tristateModule: c };
  const { boolYes, tristateYes, tristateModule } = probabilities;
  if (boolYes <= 100 && tristateYes + tristateModule <= 100) return probabilities;
  throw new UsageError(
    `KCONFIG_PROBABILITY is "${text}"; expected up to three percentages such as 60, 30:20 or 60:30:20, their sum at most 100`,
  );
}

/** Numbers from 0 up to, and without, 1 that depend on the seed alone (the generator is Mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
