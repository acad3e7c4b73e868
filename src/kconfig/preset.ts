import type { Configuration } from './configuration.js';
import { isTruth, type KconfigSymbol } from './model.js';
import { MODULE, NO, type Tristate, YES } from './tristate.js';

/** What symbols become that the user said nothing about: as much, as modular or as little as can be, or their defaults. */
export type Preset = 'yes' | 'mod' | 'no' | 'default';

const TRUTHS: Readonly<Record<Exclude<Preset, 'default'>, Tristate>> = { yes: YES, mod: MODULE, no: NO };

/** Carries out allyesconfig, allmodconfig, allnoconfig, or alldefconfig and defconfig. What the user said stays. */
export function applyPreset(configuration: Configuration, preset: Preset): void {
  const { symbols } = configuration.kconfig;
  for (const symbol of symbols) {
    const state = configuration.stateOf(symbol);
    if (preset === 'default' || state.isGiven || !isTruth(symbol)) continue;
    state.givenTruth = preset === 'no' && symbol.staysInAllNo ? YES : TRUTHS[preset];
    state.isGiven = true;
  }
  for (const symbol of symbols) {
    const { isGiven } = configuration.stateOf(symbol);
    if ((symbol.isChoice && !isGiven) || symbol.choice !== undefined) {
      configuration.stateOf(symbol).needsChoiceValues = true;
    }
  }
  configuration.invalidate();
  for (const symbol of symbols) {
    if (symbol.isChoice && !configuration.stateOf(symbol).isGiven) configuration.settleChoiceValues(symbol);
  }
}

/** How often in a hundred a random value is y or m. */
export interface Probabilities {
  readonly boolYes: number;
  readonly tristateYes: number;
  readonly tristateModule: number;
}

const EVEN: Probabilities = { boolYes: 50, tristateYes: 33, tristateModule: 33 };

/**
 * Carries out randconfig: gives every bool and tristate that the user said nothing about a random value, and makes every choice.
 * @param random gives numbers from 0 up to, and without, 1
 */
export function randomize(
  configuration: Configuration,
  random: () => number,
  probabilities: Probabilities = EVEN,
): void {
  for (const symbol of configuration.kconfig.symbols) {
    const state = configuration.stateOf(symbol);
    if (state.isGiven || symbol.isChoice || !isTruth(symbol)) continue;
    state.givenTruth = randomTruth(symbol, Math.floor(random() * 100), probabilities);
    state.isGiven = true;
  }
  for (const choice of configuration.kconfig.symbols) {
    const state = configuration.stateOf(choice);
    if (!choice.isChoice || state.givenChoice !== undefined) continue;
    state.givenTruth = randomTruth(choice, Math.floor(random() * 100), probabilities);
    state.isGiven = true;
    configuration.invalidate();
    const visible = choice.choiceValues.filter((value) => configuration.visibility(value) !== NO);
    const chosen = visible[Math.floor(random() * visible.length)];
    if (chosen === undefined || configuration.tristate(choice) !== YES) continue;
    for (const value of choice.choiceValues)
      configuration.stateOf(value).givenTruth = value === chosen ? YES : NO;
    state.givenChoice = chosen;
  }
  configuration.invalidate();
}

function randomTruth({ type }: KconfigSymbol, roll: number, probabilities: Probabilities): Tristate {
  if (type === 'bool') return roll < probabilities.boolYes ? YES : NO;
  if (roll < probabilities.tristateYes) return YES;
  return roll < probabilities.tristateYes + probabilities.tristateModule ? MODULE : NO;
}
