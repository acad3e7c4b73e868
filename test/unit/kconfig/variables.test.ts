import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Variables } from '#src/kconfig/variables.js';

function variables(environment: Readonly<Record<string, string>> = {}): Variables {
  return new Variables({
    callBuiltin: (name, args) => (name === 'join' ? args.join('+') : undefined),
    environment: (name) => environment[name],
    fail: (message) => {
      throw new Error(message);
    },
  });
}

describe('variables', () => {
  it('expands a recursive variable when it is used', () => {
    const all = variables();
    all.assign('A', '=', '$(B)!');
    all.assign('B', '=', 'later');
    assert.equal(all.expand('<$(A)>'), '<later!>');
  });

  it('expands a simple variable when it is assigned', () => {
    const all = variables();
    all.assign('B', '=', 'early');
    all.assign('A', ':=', '$(B)');
    all.assign('B', '=', 'late');
    assert.equal(all.expand('$(A)'), 'early');
  });

  it('appends with a blank, in the manner in which the variable was made', () => {
    const all = variables();
    all.assign('S', ':=', 'one');
    all.assign('X', '=', 'two');
    all.assign('S', '+=', '$(X)');
    all.assign('X', '=', 'three');
    assert.equal(all.expand('$(S)'), 'one two');
    all.assign('NEW', '+=', '$(X)');
    all.assign('X', '=', 'four');
    assert.equal(all.expand('$(NEW)'), 'four');
  });

  it('gives arguments to user-defined functions', () => {
    const all = variables();
    all.assign('greet', '=', 'hello $(1), $(2)$(3)');
    assert.equal(all.expand('$(greet,a(b,c),$(join,x,y))'), 'hello a(b,c), x+y');
  });

  it('looks a name up as variable, then as function, then in the environment', () => {
    const all = variables({ HOME: '/root', join: 'environment' });
    assert.equal(all.expand('$(HOME) $(join,1) $(join)'), '/root 1 ');
    all.assign('HOME', '=', 'mine');
    assert.equal(all.expand('$(HOME)'), 'mine');
  });

  it('makes nothing of what is not defined, and keeps a dollar that begins no reference', () => {
    assert.equal(variables().expand('[$(NOTHING)] $A $B $'), '[] $A $B $');
  });

  it('works out the name of a reference first', () => {
    const all = variables();
    all.assign('NAME', '=', 'VALUE');
    all.assign('VALUE', '=', '42');
    assert.equal(all.expand('$($(NAME))'), '42');
  });

  it('refuses a variable that refers to itself and a reference that is not closed', () => {
    const all = variables();
    all.assign('A', '=', '$(B)');
    all.assign('B', '=', '$(A)');
    assert.throws(() => all.expand('$(A)'), /refers to itself/);
    assert.throws(() => all.expand('$(A'), /expected "\)"/);
  });

  it('ends a function that calls itself without end', () => {
    const all = variables();
    all.assign('f', '=', '$(f,$(1))');
    assert.throws(() => all.expand('$(f,x)'), /calls itself/);
  });

  it('refuses more than fifteen arguments', () => {
    const all = variables();
    assert.equal(all.expand(`$(join${',x'.repeat(15)})`).length, 29);
    assert.throws(() => all.expand(`$(join${',x'.repeat(16)})`), /more than 15/);
  });
});
