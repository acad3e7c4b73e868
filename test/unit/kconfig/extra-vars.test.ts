import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { formatExtraVars } from '#src/kconfig/extra-vars.js';
import { configurationOf, symbolIn } from '../../parts/memory-sources.js';

const TREE = `config MODULES
	bool "m"
	modules
	default y
config ON
	bool "on"
	default y
config OFF
	bool "off"
config HIDDEN
	bool "hidden"
	depends on OFF
config HIDDEN_TEXT
	string "hidden text"
	depends on OFF
config MOD
	tristate "mod"
	default m
config NUMBER
	int "number"
	default 007
config MASK
	hex "mask"
	default ff
config TEXT
	string "text"
	default "plain"
config EMPTY
	string "empty"
`;

function exported(text: string, values: Record<string, string> = {}): string {
  const configuration = configurationOf(text);
  for (const [name, value] of Object.entries(values)) {
    assert.ok(configuration.set(symbolIn(configuration, name), value));
  }
  return formatExtraVars(configuration);
}

describe('extra_vars.yaml', () => {
  it('has every type as kdevops has it, names in lower case', () => {
    assert.deepEqual(
      exported(TREE).split('\n').slice(2),
      [
        'modules: True',
        'on: True',
        'off: False',
        'hidden: False',
        'mod: "m"',
        'number: 7',
        'mask: "0xff"',
        'text: "plain"',
        'empty: ""',
        '',
      ].map((line) => line.replace(/^(on|off):/, '"$1":')),
    );
  });

  it('holds only what is marked, once something is', () => {
    const text = 'config A\n\tbool "a"\n\toutput yaml\nconfig B\n\tbool "b"\n\tdefault y\n';
    assert.deepEqual(parse(exported(text)), { a: false });
  });

  it('is a map also when there is nothing in it', () => {
    assert.deepEqual(parse(exported('config S\n\tstring "s"\n\tdepends on n\n')), {});
  });

  it('keeps names apart that differ only in case', () => {
    const text = exported('config Name\n\tbool "a"\n\tdefault y\nconfig NAME\n\tbool "b"\n');
    assert.deepEqual(parse(text), { name: true });
    assert.match(text, /^# NAME is left out: name is Name$/m);
  });

  it('carries every text through YAML 1.1 and 1.2 unharmed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const text = exported(TREE, { TEXT: value });
        for (const version of ['1.1', '1.2'] as const) {
          assert.equal((parse(text, { version }) as { text: string }).text, value);
        }
        assert.equal(text.split('\n').length, 12);
      }),
      { numRuns: 500 },
    );
  });

  it('lets no text become a key of its own', () => {
    const vars = parse(exported(TREE, { TEXT: 'x"\nadmin: True\n# ' })) as Record<string, unknown>;
    assert.equal('admin' in vars, false);
    assert.equal(vars['text'], 'x"\nadmin: True\n# ');
  });
});
