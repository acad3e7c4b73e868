import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Expression } from '#src/kconfig/expression.js';
import { formatExpression } from '#src/kconfig/format-expression.js';
import type { MenuNode } from '#src/kconfig/model.js';
import { kconfigOf } from '../../parts/memory-sources.js';

function text(expression: Expression | undefined): string {
  return expression === undefined ? 'y' : formatExpression(expression);
}

function outline(entry: MenuNode): string {
  const below = entry.children.map(outline).join(' ');
  const name = entry.symbol?.name || entry.prompt?.text || entry.kind;
  return below === '' ? name : `${name}(${below})`;
}

describe('a menu that is read whole', () => {
  it('hands dependencies down to entries and to each line of a definition', () => {
    const kconfig = kconfigOf(
      'menu "m"\n\tdepends on A\n\tvisible if V\nif B\nconfig X\n\tbool "x" if P\n\tdepends on C\n\tdefault y if D\n\tselect S if E\n\timply I\nendif\nendmenu\n',
    );
    const x = kconfig.find('X');
    assert.equal(text(x?.directDependency), 'A && B && C');
    assert.equal(text(x?.prompts[0]?.condition), 'A && B && C && P && V');
    assert.equal(text(x?.defaults[0]?.condition), 'A && B && C && D');
    assert.equal(text(kconfig.find('S')?.reverseDependency), 'X && A && B && C && E');
    assert.equal(text(kconfig.find('I')?.weakDependency), 'X && A && B && C');
  });

  it('joins the definitions of a symbol', () => {
    const kconfig = kconfigOf(
      'config X\n\tbool "one"\n\tdepends on A\nconfig Y\n\tbool\nconfig X\n\tdepends on B\n\tdefault y\n',
    );
    assert.equal(text(kconfig.find('X')?.directDependency), 'A || B');
  });

  it('reads m as "a module where modules are"', () => {
    const kconfig = kconfigOf(
      'config MODULES\n\tbool\n\tmodules\nconfig X\n\ttristate "x"\n\tdepends on m\n',
    );
    assert.equal(text(kconfig.find('X')?.directDependency), 'm && MODULES');
  });

  it('weakens TRISTATE!=n in what is no tristate', () => {
    const kconfig = kconfigOf(
      'config T\n\ttristate "t"\nconfig X\n\tbool "x"\n\tselect S if T!=n\nconfig Y\n\ttristate "y"\n\tselect S if T!=n\n',
    );
    assert.equal(text(kconfig.find('S')?.reverseDependency), 'X && T || Y && T!=n');
  });

  it('nests what depends on the entry before, also when only together with its own dependencies', () => {
    const kconfig = kconfigOf(
      'if R\nconfig A\n\tbool "a"\nconfig B\n\tbool "b"\n\tdepends on A\nconfig C\n\tbool "c"\n\tdepends on B\nconfig D\n\tbool "d"\n\tdepends on A || Q\nendif\nconfig E\n\tbool "e"\n\tdepends on A || Q\n',
    );
    assert.equal(outline(kconfig.root), 'root(if A(B(C) D) E)');
  });

  it('does not nest below a symbol that shows nothing', () => {
    assert.equal(
      outline(kconfigOf('config A\n\tbool\nconfig B\n\tbool "b"\n\tdepends on A\n').root),
      'root(A B)',
    );
  });

  it('finds the values of a choice: not those that depend on another value', () => {
    const kconfig = kconfigOf(
      'choice\n\tprompt "c"\nconfig A\n\tbool "a"\nconfig B\n\tbool "b"\n\tdepends on A\nif X\nconfig D\n\tbool "d"\nendif\nendchoice\n',
    );
    const choice = kconfig.symbols.find(({ isChoice }) => isChoice);
    assert.equal(choice?.type, 'bool');
    assert.deepEqual(
      choice?.choiceValues.map(({ name }) => name),
      ['A', 'D'],
    );
    assert.equal(text(choice?.reverseDependency), 'm');
  });

  it('lets a bool in a tristate choice be had only while the choice is y', () => {
    const kconfig = kconfigOf(
      'choice X\n\ttristate "c"\nconfig A\n\tbool "a"\nconfig B\n\ttristate "b"\nendchoice\n',
    );
    assert.equal(text(kconfig.find('A')?.prompts[0]?.condition), 'X=y && X');
    assert.equal(text(kconfig.find('B')?.prompts[0]?.condition), 'X');
  });
});
