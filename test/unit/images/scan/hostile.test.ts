import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { FileFindings, Format, ScanInput } from '#src/images/scan/findings.js';
import { formatOf } from '#src/images/scan/format-of.js';
import { scanText } from '#src/images/scan/scan-text.js';
import { formatReference, parseReference } from '#src/oci/reference.js';
import { scanTreeFiles } from '../../../parts/scan-trees.js';

const FILES = scanTreeFiles();
/** Every file that has a format, with it. */
const SCANNED = FILES.flatMap(({ path, text }) => {
  const format = formatOf(`/${path}`, text);
  return format === undefined ? [] : [{ path, text, format }];
});
const FORMATS = [...new Map(SCANNED.map(({ format }) => [format.name, format])).values()];

/** Looks into a text and checks what holds of every answer. */
function look(format: Format, path: string, text: string): FileFindings {
  const tree = path.split('/')[0];
  const beside = FILES.filter(
    (file) => path.includes('/') && file.path.startsWith(`${tree}/`) && file.path !== path,
  );
  const related = new Map(beside.map((file) => [file.path, file.text]));
  const input: ScanInput = { path, text, related };
  format.relatives?.(input);
  const result = scanText(format, input);
  const lines = text.split('\n').length;
  for (const { image, reference, line, column } of result.findings) {
    assert.equal(formatReference(parseReference(image)), formatReference(reference));
    assert.ok(line >= 1 && line <= lines && column >= 1, `${path}:${line}:${column} is in the file`);
  }
  for (const { line, why } of [...result.unresolved, ...result.problems]) {
    assert.ok(line >= 1 && line <= lines, `${path}:${line} is in the file`);
    assert.notEqual(why, '');
  }
  return result;
}

describe('whatever a file holds', () => {
  it('the fixtures are of every format', () => {
    assert.equal(FORMATS.length, 15, FORMATS.map(({ name }) => name).join(' '));
  });

  it('a file cut off anywhere is read as far as it goes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SCANNED), fc.double({ min: 0, max: 1, noNaN: true }), (file, share) => {
        look(file.format, file.path, file.text.slice(0, Math.floor(file.text.length * share)));
      }),
      { numRuns: 300 },
    );
  });

  it('pieces that are taken out, doubled or moved do no harm', () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...SCANNED), place, place, place, (file, a, b, c) => {
        const [from, to, at] = [a, b, c].map((share) => Math.floor(share * file.text.length));
        const piece = file.text.slice(from, to);
        look(file.format, file.path, file.text.slice(0, at) + piece + file.text.slice(at));
      }),
      { numRuns: 300 },
    );
  });

  it('any characters do no harm, in any format', () => {
    const bit = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        'image: ',
        '{{ ',
        ' }}',
        '${',
        '}',
        '- ',
        '\n',
        '  ',
        '"',
        "'",
        '&a ',
        '*a',
        '<<: ',
        '|\n',
        '[',
        ']',
        '{',
        '\\\n',
      ),
      fc.constantFrom(
        'FROM ',
        'ARG A=',
        'COPY --from=',
        '<<EOF',
        'containers:\n',
        'services:\n',
        'Image=',
        'docker run ',
        '/*',
        '=',
        '#',
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...FORMATS), fc.array(bit, { maxLength: 40 }), (format, bits) => {
        look(format, 'any.yml', bits.join(''));
      }),
      { numRuns: 1000 },
    );
  });

  it('bytes that are no text do no harm', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FORMATS), fc.uint8Array({ maxLength: 400 }), (format, bytes) => {
        look(format, 'any', Buffer.from(bytes).toString('utf8'));
      }),
      { numRuns: 300 },
    );
  });
});

describe('places', () => {
  it('are where a name stands, when it stands there as it is', () => {
    let checked = 0;
    for (const { path, text, format } of SCANNED) {
      const lines = text.split('\n');
      for (const { image, line, column } of look(format, path, text).findings) {
        const content = lines[line - 1] ?? '';
        if (!content.includes(image)) continue;
        assert.ok(content.startsWith(image, column - 1), `${path}:${line}:${column}: ${image} in ${content}`);
        checked += 1;
      }
    }
    assert.ok(checked > 60, `${checked} names were compared`);
  });

  it('move with the lines before them', () => {
    // In a Dockerfile an empty line ends the directives at its beginning.
    for (const { path, text, format } of SCANNED.filter((file) => file.format.name !== 'dockerfile')) {
      const before = look(format, path, text);
      const after = look(format, path, `\n\n\n${text}`);
      assert.deepEqual(
        after.findings.map(({ image, line, column }) => ({ image, line, column })),
        before.findings.map(({ image, line, column }) => ({ image, line: line + 3, column })),
        path,
      );
      assert.deepEqual(
        after.unresolved.map(({ line, why }) => ({ line, why })),
        before.unresolved.map(({ line, why }) => ({ line: line + 3, why })),
        path,
      );
    }
  });

  it('are the same with the line ends of Windows', () => {
    for (const { path, text, format } of SCANNED.filter((file) => !file.text.includes('\r'))) {
      const windows = look(format, path, text.replaceAll('\n', '\r\n'));
      assert.deepEqual(
        windows.findings.map(({ image, line }) => `${line} ${image}`),
        look(format, path, text).findings.map(({ image, line }) => `${line} ${image}`),
        path,
      );
    }
  });
});

/** What is cheap to write and dear to read for a parser that is not careful: of YAML, and of each other format. */
const YAML = ['[', '{', '- ', '? ', '&a ', '!t ', '"', ' a:\n', '<<: *a\n', '---\n', '>\n'];
const REPEATED: Readonly<Record<string, readonly string[]>> = {
  'gitlab-ci': [...YAML, '$A', '${A:-', '.a:\n  extends: .a\n'],
  compose: ['${A:-', '$$'],
  kubernetes: ['- image: a\n', '{{', '{{ a ', '{{/*'],
  'helm-values': ['image: a\n', 'aImage: b\n'],
  'helm-template': ['image: {{ "a', 'image: {{ (( '],
  ansible: ['- docker_container: image=', '- docker_image: a=', '{% '],
  'github-actions': ['${{ '],
  kustomize: ['- name: a\n'],
  'helm-chart': ['- image: a\n'],
  dockerfile: ['FROM $A\n', 'FROM a AS b\n', 'RUN <<A\n', 'ARG A=$A$A\n', '\\\n', '"', "'", '<<A '],
  terraform: ['/*', '"', '${', 'x = "', '[', '<<A\n', '"a" {'],
  systemd: ['a=\\\n', 'ExecStart=docker run ', '"', '#\\\n'],
  devcontainer: ['/*', '"\\', '${', '//'],
  kconfig: ['config A_IMAGE\n default "', 'help\n', ' default "\\'],
  'kconfig-values': ['A_IMAGE="', 'A_IMAGE="a b"\n'],
};

describe('a file made to be slow', () => {
  for (const format of FORMATS) {
    it(`is read in time that grows with its length: ${format.name}`, () => {
      const patterns = REPEATED[format.name] ?? [];
      assert.notEqual(patterns.length, 0);
      for (const text of patterns) {
        const [small, large] = [1_000, 32_000].map((length) => {
          const started = process.cpuUsage();
          look(format, 'any.yaml', text.repeat(Math.ceil(length / text.length)));
          const { user, system } = process.cpuUsage(started);
          return (user + system) / 1000;
        });
        // In processor time. Were it squared, it would be a thousand times as much, and many seconds.
        const limit = 2000 + 100 * (small ?? 0);
        assert.ok((large ?? 0) < limit, `${JSON.stringify(text)}: ${small} ms, then ${large} ms`);
      }
    });
  }

  it('is told when its collections are inside each other without end', () => {
    const [format] = FORMATS.filter(({ name }) => name === 'kubernetes');
    assert.ok(format !== undefined);
    const deep = `apiVersion: v1\nkind: List\nimage: ${'['.repeat(100_000)}`;
    assert.match(look(format, 'deep.yaml', deep).problems[0]?.why ?? '', /nested too deeply/);
  });

  it('gives each alias its due and no more', () => {
    const [format] = FORMATS.filter(({ name }) => name === 'kubernetes');
    assert.ok(format !== undefined);
    const levels = Array.from({ length: 60 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(10)}]`);
    const laughs = `apiVersion: v1\nkind: List\na0: &a0 {containers: [{image: "a:1"}]}\n${levels.join('\n')}\n`;
    assert.equal(look(format, 'laughs.yaml', laughs).findings.length, 1);
  });

  it('has names made of names worked out once', () => {
    const [format] = FORMATS.filter(({ name }) => name === 'compose');
    assert.ok(format !== undefined);
    const env = Array.from({ length: 20 }, (_, i) => `A${i}=${`$A${i + 1}`.repeat(20)}`);
    const related = new Map([['.env', `${env.join('\n')}\nA20=\n`]]);
    const text = 'services:\n  a:\n    image: example$A0:1\n  b:\n    image: $CIRCLE\n';
    const circle = new Map([['.env', 'CIRCLE=$CIRCLE']]);
    assert.equal(format.scan({ path: 'compose.yaml', text, related }).findings.length, 1);
    assert.match(
      format.scan({ path: 'compose.yaml', text, related: circle }).unresolved[1]?.why ?? '',
      /CIRCLE leads in a circle/,
    );
  });
});
