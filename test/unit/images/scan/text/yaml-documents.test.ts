import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseYaml } from '#src/images/scan/text/yaml-documents.js';

/** The value of `a` in each document, with the text it stands at in the file. */
function valuesOf(text: string): string[] {
  return parseYaml(text).documents.map((tree) => {
    const value = tree.textAt(tree.root, 'a');
    return value === undefined ? 'none' : `${value.value}=${text.slice(value.offset, value.end)}`;
  });
}

describe('the documents of a YAML file', () => {
  it('are told apart by markers, whatever stands before and behind them', () => {
    assert.deepEqual(valuesOf('a: 1\n---\na: 2\n'), ['1=1', '2=2']);
    assert.deepEqual(valuesOf('%YAML 1.2\n---\na: 1\n...\n# end\n--- # next\na: 2'), ['1=1', '2=2']);
    assert.deepEqual(valuesOf('---\r\na: "1"\r\n---\r\na: \'2\'\r\n'), ['1=1', '2=2']);
    assert.deepEqual(valuesOf('---\n---\n# nothing\n---\n'), []);
  });

  it('are told apart when they are JSON objects one behind the other', () => {
    assert.deepEqual(valuesOf('{\n  "a": "1"\n}\n{\n  "a": "2"\n}\n'), ['1=1', '2=2']);
    assert.deepEqual(valuesOf('{\r\n"a": "1"\r\n}\r\n{"a": "2"}'), ['1=1', '2=2']);
  });

  it('hold texts only: a tag is no number', () => {
    assert.deepEqual(valuesOf('a: 1.10'), ['1.10=1.10']);
    assert.deepEqual(valuesOf('a: ~'), ['none']);
    assert.deepEqual(valuesOf('a: "~"'), ['~=~']);
    assert.deepEqual(valuesOf('a:'), ['none']);
  });

  it('look through aliases and merges, of which the nearest counts', () => {
    assert.deepEqual(valuesOf('x: &x {a: 1}\n<<: *x'), ['1=1']);
    assert.deepEqual(valuesOf('x: &x {a: 1}\ny: &y {a: 2}\n<<: [*y, *x]'), ['2=2']);
    assert.deepEqual(valuesOf('x: &x {a: 1}\n<<: *x\na: 3'), ['3=3']);
    assert.deepEqual(valuesOf('x: &x 1\ny: &x 2\na: *x'), ['2=2']);
    assert.deepEqual(valuesOf('x: &x {<<: *x, b: 1}\n<<: *x'), ['none']);
    assert.deepEqual(valuesOf('a: *nowhere'), ['none']);
  });

  it('are left out unparsed when they are not wanted', () => {
    const { documents, problems } = parseYaml('a: [\n---\na: 1\n', (part) => part.includes('1'));
    assert.equal(documents.length, 1);
    assert.deepEqual(problems, []);
  });
});
