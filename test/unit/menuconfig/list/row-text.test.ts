import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hotkeyOf, rowText } from '#src/menuconfig/list/row-text.js';
import { rowsOf } from '#src/menuconfig/list/rows.js';
import { configurationOf, symbolIn } from '../../../parts/memory-sources.js';

const TREE = `
config MODULES
	bool "Enable modules"
	option modules
	default y
config SEL
	tristate "Selector"
	default m
	select TARGET
config TARGET
	tristate "Target"
config DEEP
	string "Deep"
	depends on SEL
	default "a value that is rather long"
choice
	prompt "Optional choice"
	optional
config O1
	bool "O one"
endchoice
choice
	prompt "Tristate choice"
	default m
config T1
	tristate "T one"
config T2
	tristate "T two"
endchoice
choice
	prompt "Bool choice"
config B1
	bool "B one"
config B1SUB
	bool "B one sub"
	depends on B1
config B2
	bool "B two"
endchoice
menu "Empty menu"
config NEVER
	bool "Never"
	depends on !MODULES
endmenu
config FORCED
	bool "Forced"
	default y
	select GOT
config GOT
	tristate "Got selected"
config HIDDEN
	bool
	default y
if HIDDEN
comment "In if"
endif
`;

/** What the rows of the main menu say. */
function textsOf(configuration: ReturnType<typeof configurationOf>, showAll = false): string[] {
  return rowsOf(configuration, configuration.kconfig.root, showAll).map((row) => {
    const { marker, prompt, suffix } = rowText(configuration, row, showAll, 10, '…');
    return `${marker}${prompt}${suffix}`;
  });
}

describe('the rows of a menu', () => {
  it('say what mconf says', () => {
    assert.deepEqual(textsOf(configurationOf(TREE)), [
      '[*] Enable modules (NEW)',
      '<M> Selector (NEW)',
      '{M} Target (NEW)',
      '(a value t…) Deep (NEW)',
      '[ ] Optional choice',
      '<M> Tristate choice',
      '< >   T one (NEW)',
      '< >   T two (NEW)',
      '    Bool choice (B one)  --->',
      '      B one (NEW)',
      '[ ]     B one sub (NEW)',
      '    Empty menu  ----',
      '[*] Forced (NEW)',
      '-*- Got selected',
      '    *** In if ***',
    ]);
  });

  it('follow what is set', () => {
    const configuration = configurationOf(TREE);
    const set = (name: string, text: string) =>
      assert.ok(configuration.set(symbolIn(configuration, name), text));
    set('MODULES', 'n');
    set('SEL', 'n');
    set('B2', 'y');
    assert.deepEqual(textsOf(configuration).slice(0, 8), [
      '[ ] Enable modules',
      '[ ] Selector',
      '[ ] Target (NEW)',
      '[ ] Optional choice',
      '    Tristate choice (T one)  --->',
      '    Bool choice (B two)  --->',
      '    Empty menu  --->',
      '[*] Forced (NEW)',
    ]);
  });

  it('are all shown on demand, those without a prompt excepted', () => {
    const configuration = configurationOf(
      'config A\n\tbool\n\ndefault y\nconfig B\n\tbool "Bb"\n\tdepends on !A\n',
    );
    assert.deepEqual(textsOf(configuration), []);
    assert.deepEqual(textsOf(configuration, true), ['- - Bb']);
  });
});

describe('a hotkey', () => {
  it('is the first letter that is no command, in whatever script', () => {
    assert.equal(hotkeyOf('General'), 'g');
    assert.equal(hotkeyOf('Network'), 'e');
    assert.equal(hotkeyOf('(3) Árvore'), 'á');
    assert.equal(hotkeyOf('日本'), '日');
    assert.equal(hotkeyOf('ynm 12'), undefined);
  });
});
