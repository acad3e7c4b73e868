import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Configuration } from '#src/kconfig/configuration.js';
import { configurationOf, symbolIn } from '../../parts/memory-sources.js';

const MODULES = 'config MODULES\n\tbool "modules"\n\tmodules\n\tdefault y\n';
const CHOICE =
  'choice\n\tprompt "which"\n\tdefault B\nconfig A\n\tbool "a"\nconfig B\n\tbool "b"\nconfig C\n\tbool "c"\n\tdepends on !X\nendchoice\nconfig X\n\tbool "x"\n';

function values(configuration: Configuration, ...names: readonly string[]): string {
  return names.map((name) => configuration.value(symbolIn(configuration, name))).join(' ');
}

function set(configuration: Configuration, name: string, text: string): boolean {
  return configuration.set(symbolIn(configuration, name), text);
}

describe('a configuration', () => {
  it('takes the first default whose condition holds', () => {
    const configuration = configurationOf(
      'config A\n\tbool "a"\nconfig B\n\tint\n\tdefault 1 if A\n\tdefault 2\n',
    );
    assert.equal(values(configuration, 'A', 'B'), 'n 2');
    assert.equal(set(configuration, 'A', 'y'), true);
    assert.equal(values(configuration, 'A', 'B'), 'y 1');
  });

  it('bounds what a user says by what can be seen and by what selects', () => {
    const configuration = configurationOf(
      `${MODULES}config D\n\ttristate "d"\nconfig A\n\ttristate "a"\n\tdepends on D\nconfig S\n\tbool "s"\n\tselect A\n`,
    );
    const a = symbolIn(configuration, 'A');
    assert.equal(set(configuration, 'A', 'y'), false);
    set(configuration, 'D', 'm');
    assert.deepEqual(configuration.assignable(a), [0, 1]);
    assert.equal(set(configuration, 'A', 'y'), false);
    assert.equal(set(configuration, 'A', 'm'), true);
    set(configuration, 'S', 'y');
    assert.equal(configuration.value(a), 'y');
    assert.deepEqual(configuration.assignable(a), []);
    assert.equal(configuration.problemWith(a, 'n'), 'the value is fixed now: "n" has no effect');
    set(configuration, 'D', 'n');
    assert.equal(configuration.isUnmet(a), true);
  });

  it('makes bools of tristates where modules are off', () => {
    const configuration = configurationOf(`${MODULES}config T\n\ttristate "t"\n\tdefault m\n`);
    assert.equal(values(configuration, 'T'), 'm');
    set(configuration, 'MODULES', 'n');
    assert.equal(values(configuration, 'T'), 'y');
    assert.equal(configuration.typeOf(symbolIn(configuration, 'T')), 'bool');
    assert.equal(set(configuration, 'T', 'm'), false);
  });

  it('lets imply be overruled', () => {
    const configuration = configurationOf(
      'config A\n\tbool "a"\n\tdefault y\n\timply B\nconfig B\n\tbool "b"\n',
    );
    assert.equal(values(configuration, 'B'), 'y');
    assert.equal(set(configuration, 'B', 'n'), true);
    assert.equal(values(configuration, 'B'), 'n');
  });

  it('keeps one value of a choice taken', () => {
    const configuration = configurationOf(CHOICE);
    assert.equal(values(configuration, 'A', 'B', 'C'), 'n y n');
    set(configuration, 'C', 'y');
    assert.equal(values(configuration, 'A', 'B', 'C'), 'n n y');
    set(configuration, 'X', 'y');
    assert.equal(values(configuration, 'A', 'B', 'C'), 'n y n');
    set(configuration, 'X', 'n');
    assert.equal(values(configuration, 'A', 'B', 'C'), 'n n y');
    assert.equal(set(configuration, 'C', 'n'), false);
    configuration.unset(symbolIn(configuration, 'C'));
    assert.equal(values(configuration, 'A', 'B', 'C'), 'n y n');
  });

  it('lets an optional choice take none', () => {
    const configuration = configurationOf(CHOICE.replace('default B', 'optional'));
    assert.equal(values(configuration, 'A', 'B', 'C'), 'n n n');
  });

  it('keeps numbers in their range and says what was expected', () => {
    const configuration = configurationOf(
      'config N\n\tint "n"\n\trange 1 MAX\n\tdefault 500\nconfig MAX\n\tint "max"\n\tdefault 10\nconfig H\n\thex "h"\n\trange 0x10 0x1F\n',
    );
    const n = symbolIn(configuration, 'N');
    assert.equal(values(configuration, 'N'), '10');
    assert.equal(configuration.problemWith(n, '11'), 'expected 1 to 10, found 11');
    assert.equal(configuration.problemWith(n, '1x'), 'expected a whole number, found "1x"');
    assert.equal(set(configuration, 'N', '11'), false);
    assert.equal(set(configuration, 'MAX', '20'), true);
    assert.equal(set(configuration, 'N', '11'), true);
    assert.equal(values(configuration, 'N', 'H'), '11 0x10');
    assert.equal(set(configuration, 'H', '1A'), true);
    assert.equal(values(configuration, 'H'), '0x1A');
    assert.equal(
      configuration.problemWith(symbolIn(configuration, 'H'), '20'),
      'expected 0x10 to 0x1f, found 20',
    );
  });

  it('comes back to what was saved', () => {
    const configuration = configurationOf(CHOICE);
    set(configuration, 'A', 'y');
    const saved = configuration.save();
    set(configuration, 'X', 'y');
    set(configuration, 'B', 'y');
    configuration.restore(saved);
    assert.equal(values(configuration, 'A', 'B', 'C', 'X'), 'y n n n');
    assert.equal(configuration.hasUserValue(symbolIn(configuration, 'X')), false);
  });

  it('shows an entry without a visible prompt when something below it is to be seen', () => {
    const configuration = configurationOf(
      'config A\n\tbool "a" if N\n\tdefault y\nconfig B\n\tbool "b"\n\tdepends on A\nconfig N\n\tbool "n"\n',
    );
    const [a] = symbolIn(configuration, 'A').nodes;
    assert.ok(a);
    assert.equal(configuration.isVisible(a), true);
    const [b] = a.children;
    assert.equal(b?.symbol?.name, 'B');
  });

  it('takes a value from the environment that no user changes', () => {
    const configuration = configurationOf('config A\n\tstring "a"\n\toption env="NOT_SET"\n\tdefault "d"\n');
    set(configuration, 'A', 'mine');
    assert.equal(values(configuration, 'A'), 'd');
    assert.equal(configuration.isWritten(symbolIn(configuration, 'A')), false);
  });
});
