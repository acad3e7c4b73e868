import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Configuration } from '#src/kconfig/configuration.js';
import { refusalOf } from '#src/kconfig/refusal.js';
import { trySet, wayTo } from '#src/kconfig/way.js';
import { configurationOf, symbolIn } from '../../parts/memory-sources.js';

function bool(name: string, ...lines: string[]): string {
  return `config ${name}\n\tbool "${name}"\n${lines.map((line) => `\t${line}\n`).join('')}`;
}

function made(text: string, ...values: string[]): Configuration {
  const configuration = configurationOf(text);
  for (const value of values) {
    const [name = '', wanted = ''] = value.split('=');
    assert.ok(trySet(configuration, { symbol: symbolIn(configuration, name), text: wanted }), value);
  }
  return configuration;
}

function why(configuration: Configuration, name: string, text: string): string | undefined {
  return refusalOf(configuration, symbolIn(configuration, name), text)?.reason;
}

function way(configuration: Configuration, name: string, text: string): string | undefined {
  const before = JSON.stringify(configuration.kconfig.symbols.map((symbol) => configuration.value(symbol)));
  const steps = wayTo(configuration, { symbol: symbolIn(configuration, name), text });
  const after = JSON.stringify(configuration.kconfig.symbols.map((symbol) => configuration.value(symbol)));
  assert.equal(after, before, 'looking for a way changes nothing');
  return steps?.map((step) => `${step.symbol.name}=${step.text}`).join(' ');
}

describe('what stands in the way of a value', () => {
  it('is nothing where it takes', () => {
    const configuration = made(`${bool('A')}config S\n\tstring "s"\n`);
    assert.equal(why(configuration, 'A', 'y'), undefined);
    assert.equal(why(configuration, 'S', 'two words "and" \\quotes'), undefined);
    assert.equal(way(configuration, 'A', 'y'), '');
  });

  it('names the part of the dependencies that does not hold, with the values there are', () => {
    const text = `${bool('A')}${bool('B')}${bool('C', 'default y')}${bool('X', 'depends on A && C && !B')}`;
    const configuration = made(text, 'B=y');
    assert.equal(why(configuration, 'X', 'y'), 'needs A=y (now n) and B=n (now y)');
    assert.equal(way(configuration, 'X', 'y'), 'A=y B=n');
    assert.equal(why(made(text, 'A=y', 'B=y'), 'X', 'y'), 'needs B=n (now y)');
  });

  it('names alternatives, and leaves out those that never hold', () => {
    const text = `${bool('A')}${bool('B', 'depends on n')}${bool('X', 'depends on A || B || n')}${bool('Y', 'depends on (A || C) && D')}${bool('C')}${bool('D')}`;
    const configuration = made(text);
    assert.equal(why(configuration, 'X', 'y'), 'needs A=y (now n) or B=y (now n)');
    assert.equal(way(configuration, 'X', 'y'), 'A=y');
    assert.equal(why(configuration, 'Y', 'y'), 'needs (A=y (now n) or C=y (now n)) and D=y (now n)');
    assert.equal(why(configuration, 'B', 'y'), 'needs n, which never holds');
    assert.equal(way(configuration, 'B', 'y'), undefined);
  });

  it('goes from one dependency to the next', () => {
    const text = `${bool('A')}${bool('B', 'depends on A')}menu "m"\ndepends on B\nconfig N\n\tint "n"\n\trange 1 9\nendmenu\n`;
    const configuration = made(text);
    assert.equal(why(configuration, 'N', '5'), 'needs B=y (now n)');
    assert.equal(way(configuration, 'N', '5'), 'A=y B=y');
    assert.match(why(configuration, 'N', 'five') ?? '', /expected a whole number, found "five"/);
    assert.equal(way(configuration, 'N', '50'), undefined);
  });

  it('understands comparisons', () => {
    const text = `config S\n\tstring "s"\n\tdefault "one"\n${bool('X', 'depends on S="two"')}${bool('Y', 'depends on N>3')}config N\n\tint "n"\n\tdefault 2\n${bool('V', 'depends on N=4')}${bool('Z', 'depends on S!="one"')}`;
    const configuration = made(text);
    assert.equal(why(configuration, 'X', 'y'), 'needs S="two" (now S is "one")');
    assert.equal(way(configuration, 'X', 'y'), 'S=two');
    assert.equal(why(configuration, 'Y', 'y'), 'needs N>3 (now N is 2)');
    assert.equal(way(configuration, 'Y', 'y'), undefined);
    assert.equal(way(configuration, 'V', 'y'), 'N=4');
    assert.equal(why(configuration, 'Z', 'y'), 'needs S!="one" (now S is "one")');
  });

  it('names what selects a symbol', () => {
    const configuration = made(`${bool('A', 'select X')}${bool('B', 'select X')}${bool('X')}`, 'A=y', 'B=y');
    assert.equal(why(configuration, 'X', 'n'), 'is selected by A=y and B=y');
    assert.equal(way(configuration, 'X', 'n'), 'A=n B=n');
  });

  it('knows choices', () => {
    const text = `${bool('A')}choice\n\tprompt "One of"\n\tdepends on A\n${bool('P')}${bool('Q')}endchoice\n`;
    const hidden = made(text);
    assert.equal(why(hidden, 'Q', 'y'), 'needs A=y (now n)');
    assert.equal(way(hidden, 'Q', 'y'), 'A=y');
    const shown = made(text, 'A=y');
    assert.match(why(shown, 'P', 'n') ?? '', /^is the value of choice "One of": choose .* \(Q=y\)$/);
    assert.equal(why(shown, 'Q', 'y'), undefined);
  });

  it('knows modules', () => {
    const modules = 'config MODULES\n\tbool "m"\n\tmodules\n';
    const text = `${modules}config T\n\ttristate "t"\n${bool('B')}config U\n\ttristate "u"\n\tdepends on T\n`;
    const configuration = made(text);
    assert.equal(why(configuration, 'T', 'm'), 'can only be a module with MODULES=y (now n)');
    assert.equal(way(configuration, 'T', 'm'), 'MODULES=y');
    assert.equal(why(configuration, 'B', 'm'), 'is y or n, and no module');
    const loaded = made(text, 'MODULES=y', 'T=m');
    assert.equal(why(loaded, 'U', 'y'), 'needs T=y (now m)');
    assert.equal(why(loaded, 'U', 'm'), undefined);
  });

  it('says what nobody can set', () => {
    const text = `config A\n\tbool\n\tdefault y\n${bool('B', 'depends on MISSING')}config E\n\tstring\n\toption env="SOMETHING"\n`;
    const configuration = made(text);
    assert.match(why(configuration, 'A', 'n') ?? '', /^is never asked for/);
    assert.match(why(configuration, 'B', 'y') ?? '', /^needs MISSING, which never holds$/);
    assert.match(why(configuration, 'E', 'x') ?? '', /environment variable SOMETHING/);
    assert.match(why(configuration, 'MISSING', 'y') ?? '', /defined nowhere/);
  });

  it('refuses what would be more than one line of a .config', () => {
    const configuration = made('config S\n\tstring "s"\n');
    for (const text of ['a\nCONFIG_B=y', 'a\rb', 'nul\0', '\u001b[2J']) {
      assert.match(why(configuration, 'S', text) ?? '', /control characters/);
      assert.equal(trySet(configuration, { symbol: symbolIn(configuration, 'S'), text }), false);
    }
  });

  it('gives up where symbols block one another', () => {
    const configuration = made(`${bool('A', 'depends on !B')}${bool('B')}${bool('X', 'depends on A && B')}`);
    assert.equal(way(configuration, 'X', 'y'), undefined);
  });
});
