import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Configuration } from '#src/kconfig/configuration.js';
import { newSymbols } from '#src/kconfig/new-symbols.js';
import { applyPreset, type Preset, randomize } from '#src/kconfig/preset.js';
import { readDotConfig } from '#src/kconfig/read-dot-config.js';
import { configurationOf, symbolIn } from '../../parts/memory-sources.js';

const TREE =
  'config MODULES\n\tbool "m"\n\tmodules\n\tdefault y\nconfig A\n\tbool "a"\nconfig T\n\ttristate "t"\nconfig D\n\tbool "d"\n\tdefault y\nconfig K\n\tbool "k"\n\toption allnoconfig_y\nconfig S\n\tstring "s"\n\tdefault "x"\nchoice\n\tprompt "c"\nconfig P\n\tbool "p"\nconfig Q\n\tbool "q"\nendchoice\nchoice\n\tprompt "o"\n\toptional\nconfig R\n\tbool "r"\nendchoice\n';
const NAMES = ['MODULES', 'A', 'T', 'D', 'K', 'S', 'P', 'Q', 'R'];

function values(configuration: Configuration): string {
  return NAMES.map((name) => configuration.value(symbolIn(configuration, name))).join(' ');
}

function preset(which: Preset, said = ''): string {
  const configuration = configurationOf(TREE);
  if (said !== '') readDotConfig(configuration, said, { keep: true });
  applyPreset(configuration, which);
  return values(configuration);
}

/** Numbers that look random and are the same each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

describe('presets', () => {
  it('turn on as much, as much as modules, or as little as can be', () => {
    assert.equal(preset('yes'), 'y y y y y x y n y');
    assert.equal(preset('mod'), 'y y m y y x y n y');
    assert.equal(preset('no'), 'n n n n y x y n n');
    assert.equal(preset('default'), 'y n n y n x y n n');
  });

  it('keep what the user said', () => {
    assert.equal(
      preset('yes', '# CONFIG_A is not set\nCONFIG_S="mine"\nCONFIG_Q=y\n'),
      'y n y y y mine n y n',
    );
  });

  it('give random values that are the same for the same numbers, with one value in each choice', () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 40; seed += 1) {
      const [one, other] = [configurationOf(TREE), configurationOf(TREE)];
      randomize(one, numbers(seed));
      randomize(other, numbers(seed));
      assert.equal(values(one), values(other));
      const [, , , , , , p, q] = values(one).split(' ');
      assert.notEqual(p, q);
      seen.add(values(one));
    }
    assert.ok(seen.size > 10, `only ${seen.size} different ones`);
  });
});

describe('new symbols', () => {
  it('are those that can be seen and changed, and nothing was said about', () => {
    const configuration = configurationOf(
      'config A\n\tbool "a"\nconfig B\n\tbool "b"\n\tdepends on A\nconfig C\n\tint "c"\n\tdefault 1\nconfig H\n\tbool\n',
    );
    const names = (): string[] => newSymbols(configuration).map(({ name }) => name);
    readDotConfig(configuration, 'CONFIG_C=3\n');
    assert.deepEqual(names(), ['A']);
    configuration.set(symbolIn(configuration, 'A'), 'y');
    assert.deepEqual(names(), ['B']);
  });
});
