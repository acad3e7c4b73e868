import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Configuration } from '#src/kconfig/configuration.js';
import { type Explanation, explain } from '#src/kconfig/explain.js';
import { configurationOf, symbolIn } from '../../parts/memory-sources.js';

const TREE = `config A
	bool "a"
config B
	bool "b"
	default y
	select S if A
	imply W
config S
	bool "s"
config W
	bool "w"
	depends on A
menu "Numbers"
config N
	int "The number"
	range 1 C if A
	range 5 5
	default 7 if !A
	default 3
	help
	  Some help.

	  More of it.
config C
	int "ceiling"
	default 50
endmenu
choice
	prompt "One of"
	default Q
config P
	bool "p"
config Q
	bool "q"
endchoice
config E
	string
	option env="HERE"
config NONE
	string "none"
`;

function with_(...values: string[]): Configuration {
  const configuration = configurationOf(TREE);
  for (const value of values) {
    const [name = '', text = ''] = value.split('=');
    assert.ok(configuration.set(symbolIn(configuration, name), text), value);
  }
  return configuration;
}

function of(configuration: Configuration, name: string): Explanation {
  return explain(configuration, symbolIn(configuration, name));
}

describe('an explanation', () => {
  it('tells where a value comes from', () => {
    const configuration = with_('A=y', 'N=9');
    const sources = ['A', 'B', 'S', 'W', 'N', 'C', 'P', 'Q', 'E', 'NONE'].map(
      (name) => of(configuration, name).source,
    );
    assert.deepEqual(sources, [
      'user',
      'default',
      'selected',
      'implied',
      'user',
      'default',
      'choice',
      'choice',
      'environment',
      'none',
    ]);
    // The user's own wish counts as such even when it is selected too.
    assert.equal(of(with_('A=y', 'B=n', 'S=y', 'B=y'), 'S').source, 'user');
  });

  it('shows the range and the default that count, and the menus on the way', () => {
    const plain = of(with_(), 'N');
    assert.deepEqual(plain.range, { low: '5', high: '5' });
    assert.equal(plain.value, '5');
    const { range, defaults, menuPath, help, prompt, positions } = of(with_('A=y'), 'N');
    assert.deepEqual(range, { low: '1', high: '50' });
    assert.deepEqual(
      defaults.map(({ text, condition }) => [text, condition?.annotated, condition?.value]),
      [
        ['7', '!A [=y]', 'n'],
        ['3', undefined, undefined],
      ],
    );
    assert.deepEqual(menuPath, ['Numbers']);
    assert.equal(prompt, 'The number');
    assert.equal(help?.trim(), 'Some help.\n\nMore of it.');
    assert.deepEqual(positions, [{ file: 'Kconfig', line: 14 }]);
  });

  it('shows what selects and implies, and whether it does so now', () => {
    for (const [a, value] of [
      ['n', 'n'],
      ['y', 'y'],
    ] as const) {
      const configuration = with_(`A=${a}`);
      const [selector] = of(configuration, 'S').selectedBy;
      assert.deepEqual([selector?.name, selector?.condition?.text, selector?.value], ['B', 'A', value]);
      const [selected] = of(configuration, 'B').selects;
      assert.deepEqual([selected?.name, selected?.value], ['S', value]);
      assert.deepEqual(
        of(configuration, 'W').impliedBy.map(({ name }) => name),
        ['B'],
      );
    }
  });

  it('shows dependencies with their values, and what is missing', () => {
    const blocked = of(with_(), 'W');
    assert.deepEqual(blocked.dependsOn, [{ text: 'A', annotated: 'A [=n]', value: 'n' }]);
    assert.equal(blocked.blockedBy, 'A=y (now n)');
    assert.equal(of(with_('A=y'), 'W').blockedBy, undefined);
  });

  it('shows a wish that does not count', () => {
    const configuration = with_('A=y', 'W=y', 'A=n');
    const { value, userValue, assignable } = of(configuration, 'W');
    assert.deepEqual([value, userValue, assignable], ['n', 'y', []]);
  });

  it('names a choice and the value it takes', () => {
    const configuration = with_('P=y');
    const choice = symbolIn(configuration, 'P').choice;
    assert.ok(choice !== undefined);
    const { value, source } = explain(configuration, choice);
    assert.deepEqual([value, source], ['P', 'user']);
    const { choice: title, dependsOn } = of(configuration, 'Q');
    assert.deepEqual([title, dependsOn], ['One of', []]);
  });

  it('is plain data', () => {
    const explanation = of(with_('A=y'), 'N');
    assert.deepEqual(JSON.parse(JSON.stringify(explanation)).range, { low: '1', high: '50' });
  });
});
