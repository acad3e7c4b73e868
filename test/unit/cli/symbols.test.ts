import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbolNamed } from '#src/cli/config/symbols.js';
import { MirrorError } from '#src/errors.js';
import { kconfigOf } from '../../parts/memory-sources.js';

const names = ['MIRROR_PORT', 'MIRROR_PATH', 'METRICS_PORT', 'CONFIG_ODD', 'USE_IT'];
const KCONFIG = kconfigOf(
  `${names.map((name) => `config ${name}\n\tbool "${name}"\n`).join('')}config LONGER\n\tbool "x"\n\tdepends on MENTIONED\n`,
);

function hint(word: string): string | undefined {
  try {
    symbolNamed(KCONFIG, word, 'CONFIG_');
  } catch (error) {
    assert.ok(error instanceof MirrorError);
    return error.hint;
  }
  return assert.fail(`${word} is known`);
}

describe('the name of a symbol', () => {
  it('may have the prefix, and be in lower case', () => {
    for (const word of ['MIRROR_PORT', 'CONFIG_MIRROR_PORT', 'mirror_port', 'CONFIG_mirror_port']) {
      assert.equal(symbolNamed(KCONFIG, word, 'CONFIG_').name, 'MIRROR_PORT', word);
    }
    assert.equal(symbolNamed(KCONFIG, 'CONFIG_ODD', 'CONFIG_').name, 'CONFIG_ODD');
    assert.equal(symbolNamed(KCONFIG, 'LONGER', '').name, 'LONGER');
  });

  it('brings up the nearest ones when there is none', () => {
    assert.match(hint('MIROR_PORT') ?? '', /^did you mean MIRROR_PORT\?/);
    assert.match(hint('PORT') ?? '', /^did you mean MIRROR_PORT, METRICS_PORT\?/);
    assert.match(hint('path_mirror') ?? '', /^did you mean MIRROR_PATH\?/);
    for (const word of ['', 'O', 'NONESUCH', 'MENTIONED']) assert.match(hint(word) ?? '', /^see "/, word);
  });
});
