import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFindings, formatProblem } from '#src/settings/config-problem.js';
import type { TreeNode } from '#src/settings/config-tree.js';
import { readYaml } from '#src/settings/yaml-tree.js';

type Plain = string | Plain[] | { [key: string]: Plain };

function plain(node: TreeNode): Plain {
  if (node.kind === 'scalar') return node.text;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plain(value)]));
}

function read(text: string): { value: Plain | undefined; problems: string[] } {
  const findings = createFindings('c.yml');
  const tree = readYaml(text, findings);
  return { value: tree && plain(tree), problems: findings.problems.map(formatProblem) };
}

describe('readYaml', () => {
  it('keeps the text of scalars as written', () => {
    assert.deepEqual(read('a: 0123\nb: 0.10\nc: "yes"\nd: 1:30\ne: ~\nf:\n').value, {
      a: '0123',
      b: '0.10',
      c: 'yes',
      d: '1:30',
      e: '~',
      f: '',
    });
  });

  it('counts lines and columns from 1, and keeps them with Windows line ends', () => {
    const findings = createFindings('c.yml');
    const tree = readYaml('a: 1\r\nhttp:\r\n  addr: x\r\n', findings);
    assert.ok(tree?.kind === 'map');
    const http = tree.entries.get('http')?.value;
    assert.ok(http?.kind === 'map');
    assert.deepEqual(http.entries.get('addr')?.at, { line: 3, column: 3 });
  });

  it('follows aliases and merge keys', () => {
    const text = 'base: &b {a: 1, c: 3}\nuse: {<<: *b, a: 2}\nboth: {<<: [*b, {d: 4}]}\n';
    assert.deepEqual(read(text).value, {
      base: { a: '1', c: '3' },
      use: { a: '2', c: '3' },
      both: { a: '1', c: '3', d: '4' },
    });
  });

  it('takes __proto__ as a key like any other', () => {
    const findings = createFindings('c.yml');
    const tree = readYaml('__proto__: {a: 1}\n', findings);
    assert.ok(tree?.kind === 'map' && tree.entries.has('__proto__'));
  });

  it('reports syntax errors with their line', () => {
    assert.match(read('a: 1\nb: [1\n').problems[0] ?? '', /^c\.yml:[23]:\d+: not YAML: /);
    assert.match(read('a:\n\tb: 1\n').problems[0] ?? '', /^c\.yml:2:\d+: not YAML: .*[Tt]ab/);
    assert.match(read('a: 1\n---\nb: 1\n').problems[0] ?? '', /^c\.yml:2:1: not YAML: /);
    assert.match(read('a: *nowhere\n').problems[0] ?? '', /^c\.yml:1:4: not YAML: .*nowhere/);
    assert.match(read('[a]: 1\n').problems[0] ?? '', /^c\.yml:1:1: not YAML: a key/);
    assert.match(read('a: {<<: 1}\n').problems[0] ?? '', /^c\.yml:1:9: <<: expected a map/);
  });

  it('refuses an alias that contains itself', () => {
    assert.match(read('a: &a [*a]\n').problems.join(), /aliases expand too far/);
  });

  it('refuses aliases that multiply, and quickly', () => {
    const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x]'];
    for (let n = 1; n < 12; n += 1) {
      lines.push(`a${n}: &a${n} [${`*a${n - 1},`.repeat(9)}]`);
    }
    assert.deepEqual(read(lines.join('\n')).value, undefined);
    assert.equal(read(lines.join('\n')).problems.length, 1);
  });

  it('refuses deep nesting', () => {
    assert.match(read(`${'['.repeat(200)}${']'.repeat(200)}`).problems.join(), /nested too deeply/);
  });
});
