import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  ExportError,
  exportsText,
  exportsWord,
  fsidOf,
  otherExports,
  type Share,
  withoutOctal,
} from '#src/render/nfs/exports.js';

const SHARE: Share = {
  path: '/mirror/docker',
  clients: ['10.0.0.0/8', '*.lab.example'],
  readOnly: true,
  needsFsid: false,
};

/** The lines that mean something. */
function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('the exports file', () => {
  it('is one line of the folder and who may mount it, read-only and squashed', () => {
    assert.deepEqual(linesOf(exportsText(SHARE)), [
      '/mirror/docker 10.0.0.0/8(ro,sync,root_squash,all_squash,no_subtree_check) *.lab.example(ro,sync,root_squash,all_squash,no_subtree_check)',
    ]);
    assert.ok(exportsText(SHARE).endsWith(')\n'));
  });

  it('is writable, and has an identity, when that is asked for', () => {
    const [line] = linesOf(exportsText({ ...SHARE, clients: ['host'], readOnly: false, needsFsid: true }));
    assert.equal(
      line,
      `/mirror/docker host(rw,sync,root_squash,no_subtree_check,fsid=${fsidOf('/mirror/docker')})`,
    );
    assert.match(fsidOf('/a'), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.notEqual(fsidOf('/a'), fsidOf('/b'));
  });

  it('is none without clients, as that would be for the whole world', () => {
    assert.throws(() => exportsText({ ...SHARE, clients: [] }), ExportError);
  });

  it('has spaces and what has a meaning there as octal numbers', () => {
    assert.equal(
      exportsWord('/a b/"c"#(d),\\e=é'),
      '/a\\040b/\\042c\\042\\043\\050d\\051\\054\\134e\\075\\303\\251',
    );
  });

  it('is one line with as many words as there are clients, whatever the settings hold', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({
        unit: fc.constantFrom(' ', '\n', '"', '(', ')', ',', '\\', '#', 'a', '0', '4', '*', '\t', '\r'),
      }),
      fc.constantFrom('x(rw,no_root_squash) *(rw)', '\\040', '/ *(rw,no_root_squash)\n/', '{{path}}', '# x'),
    );
    fc.assert(
      fc.property(
        hostile,
        fc.array(hostile, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        (name, clients, needsFsid) => {
          const path = `/${name}`;
          const lines = linesOf(exportsText({ path, clients, readOnly: true, needsFsid }));
          assert.equal(lines.length, 1);
          const [word = '', ...rest] = (lines[0] ?? '').split(' ');
          assert.equal(withoutOctal(word), path);
          assert.equal(rest.length, clients.length);
          for (const [index, each] of rest.entries()) {
            const [, client = '', options] = /^([^()]*)\(([^()]*)\)$/.exec(each) ?? [];
            assert.equal(withoutOctal(client), clients[index]);
            const fsid = needsFsid ? `,fsid=${fsidOf(path)}` : '';
            assert.equal(options, `ro,sync,root_squash,all_squash,no_subtree_check${fsid}`);
          }
        },
      ),
    );
  });
});

describe('other exports files', () => {
  const text =
    '# /mirror/docker *(rw)\n' +
    '/srv *(ro)\n' +
    '\n' +
    '/mirror *(rw,no_root_squash) \\\n   host(ro)\n' +
    '"/mirror/docker" *(ro)\n' +
    '/mirror/docker2 *(ro)\n' +
    '/mirror/docker/registry *(ro)\n' +
    '/mirror/\\144ocker host\n' +
    '/ host(ro)\n';

  it('may share the folder, or one above it, already', () => {
    assert.deepEqual(
      otherExports('/etc/exports', text, '/mirror/docker').map(({ line, path }) => [line, path]),
      [
        [4, '/mirror'],
        [6, '/mirror/docker'],
        [9, '/mirror/docker'],
        [10, '/'],
      ],
    );
    assert.deepEqual(otherExports('/etc/exports', '', '/mirror'), []);
    assert.deepEqual(otherExports('/etc/exports', '/a\\040b x', '/a b'), [
      { file: '/etc/exports', line: 1, path: '/a b' },
    ]);
  });
});
