import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TomlError, tomlStatements } from '#src/render/toml-statements.js';

function paths(text: string): string[] {
  return tomlStatements(text).map(({ kind, path }) => `${kind} ${path.join('/')}`);
}

describe('tomlStatements', () => {
  it('names every header and key in full', () => {
    const text = [
      'version = 2 # of the format',
      '[plugins."io.containerd.grpc.v1.cri"]',
      '  a.b = "x"',
      "[ plugins . 'q q' ]",
      '"quoted \\" key" = 1',
      '[[many]]',
      'last = true',
    ].join('\n');
    assert.deepEqual(paths(text), [
      'key version',
      'table plugins/io.containerd.grpc.v1.cri',
      'key plugins/io.containerd.grpc.v1.cri/a/b',
      'table plugins/q q',
      'key plugins/q q/quoted " key',
      'array many',
      'key many/last',
    ]);
  });

  it('is not misled by what stands in strings, lists and comments', () => {
    const text = [
      'a = """',
      '[no.table]',
      'b = 1 \\"""',
      'still"""',
      "c = '''",
      '[neither]',
      "'''",
      'd = [ "]", # ] not the end',
      '  { x = "}" },',
      ']',
      '# [comment]',
      '[real]',
      'e = "# no comment" # a comment with "quotes and [brackets"',
    ].join('\r\n');
    assert.deepEqual(paths(text), ['key a', 'key c', 'key d', 'table real', 'key real/e']);
    assert.equal(tomlStatements(text).at(-1)?.value, '"# no comment"');
  });

  it('covers all but blanks and comments, and gives values as written', () => {
    const text = '\ufeffa = 1\n\n# c\n[t]\n  b =   [ 1,\n 2 ]  # c\n';
    const statements = tomlStatements(text);
    assert.deepEqual(
      statements.map(({ start, end }) => text.slice(start, end)),
      ['a = 1\n', '[t]\n', 'b =   [ 1,\n 2 ]  # c\n'],
    );
    assert.deepEqual(
      statements.map(({ value, valueStart }) => [value, text.slice(valueStart, valueStart + value.length)]),
      [
        ['1', '1'],
        ['', ''],
        ['[ 1,\n 2 ]', '[ 1,\n 2 ]'],
      ],
    );
  });

  it('names the line of what is no TOML', () => {
    for (const [text, line] of [
      ['a = 1\nb', 2],
      ['a =\nb = 1', 1],
      ['[a\n', 1],
      ['a = [1\n', 2],
      ['a = "x\n', 1],
      ['a = """x\n\n', 1],
      ['\n= 1', 2],
      ['a = ]', 1],
      ['[a] b = 1', 1],
    ] as const) {
      assert.throws(
        () => tomlStatements(text),
        (error) => error instanceof TomlError && error.message.startsWith(`line ${line}:`),
        text,
      );
    }
  });
});
