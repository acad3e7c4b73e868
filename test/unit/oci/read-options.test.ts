import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Digest, isDigest } from '#src/oci/digest.js';
import { formatOptions } from '#src/oci/format-options.js';
import { parseImageList } from '#src/oci/image-list.js';
import { type ImageOptions, NO_OPTIONS } from '#src/oci/image-options.js';

const DIGEST = `sha256:${'a'.repeat(64)}` as Digest;

/** The options of the one image of a line. */
function optionsOf(line: string): ImageOptions {
  const { images, problems } = parseImageList(line);
  assert.deepEqual(problems, []);
  assert.equal(images.length, 1, line);
  return images[0]?.options ?? NO_OPTIONS;
}

function problemOf(line: string): string {
  const { images, problems } = parseImageList(`ok\n${line}\n`);
  assert.deepEqual(
    images.map(({ written }) => written),
    ['ok'],
  );
  assert.equal(problems.length, 1, line);
  assert.equal(problems[0]?.line, 2);
  return problems[0]?.message ?? '';
}

describe('the options of an image', () => {
  it('are none unless they stand there', () => {
    assert.deepEqual(optionsOf('redis:7'), NO_OPTIONS);
    assert.deepEqual(optionsOf('redis:7   # platforms=linux/amd64 pin'), NO_OPTIONS);
  });

  it('may all stand there, in any order', () => {
    assert.deepEqual(
      optionsOf(`\tredis:7  archive pin=${DIGEST}\tplatforms=linux/arm/v7,linux/amd64 # why`),
      {
        platforms: [
          { os: 'linux', architecture: 'arm', variant: 'v7' },
          { os: 'linux', architecture: 'amd64' },
        ],
        tags: undefined,
        pin: DIGEST,
        archive: true,
      },
    );
    assert.equal(optionsOf('redis pin').pin, true);
    assert.equal(optionsOf('redis#7x'.slice(0, 5)).pin, false);
  });

  it('choose tags by a pattern or a range', () => {
    assert.deepEqual(optionsOf('redis newest=2 tags=/^7\\.\\d+(-alpine)?$/i').tags, {
      kind: 'pattern',
      pattern: /^7\.\d+(-alpine)?$/i,
      newest: 2,
    });
    const range = (text: string) => {
      const { tags } = optionsOf(`ghcr.io/owner/app ${text}`);
      return tags?.kind === 'range' ? tags.range : undefined;
    };
    assert.equal(range('tags=^1.4'), '^1.4');
    assert.equal(range('tags=>=1.2,<2'), '>=1.2 <2');
    assert.equal(range('tags=">=1.2 <2"'), '>=1.2 <2');
    assert.equal(range('tags="1.2 - 1.4||2.x" # both'), '1.2 - 1.4 || 2.x');
  });

  it('keep a # in quotes, and in a word', () => {
    assert.deepEqual(optionsOf('redis tags=/a#b/ #x').tags, {
      kind: 'pattern',
      pattern: /a#b/,
      newest: undefined,
    });
    assert.match(problemOf('redis tags="/a #b/"'), /no tag has blanks/);
  });

  it('are told when they are wrong, with what to write instead', () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ['redis platform=linux/amd64', /"platform=" is no option: did you mean platforms=linux/],
      ['redis pn', /"pn" is no option: did you mean pin/],
      ['redis postgres', /one image stands in a line/],
      ['redis platforms=', /"" is no platform/],
      ['redis platforms', /needs a value: write platforms=/],
      ['redis platforms=linux/amd64,arm64', /"arm64" is no platform: write one such as/],
      ['redis pin pin', /stands there twice/],
      ['redis archive=y', /takes no value: write archive/],
      ['redis pin=latest', /"latest" is no digest/],
      [`redis pin=sha256:${'A'.repeat(64)}`, /no digest: write sha256/],
      [`redis@${DIGEST} pin`, /take out pin/],
      ['redis tags=^7 pin', /pin holds a single tag/],
      ['redis:7 tags=^7', /write the image without its tag/],
      [`redis@${DIGEST} tags=^7`, /write the image without its tag/],
      ['redis tags=latest', /a single tag is written IMAGE:TAG/],
      ['redis tags=', /neither/],
      ['redis tags=//', /write \/REGEX\//],
      ['redis tags=/7', /write \/REGEX\//],
      ['redis tags=/(7/', /regular expression/],
      ['redis tags=/7/g', /write \/REGEX\//],
      [`redis tags=/${'7'.repeat(201)}/`, /write a shorter one/],
      ['redis tags=">=1', /the quote is not closed/],
      ['redis tags="^7"x', /a blank is needed/],
      ['redis newest=2', /write both/],
      ['redis tags=^7 newest=0', /from 1 to 10000/],
      ['redis tags=^7 newest=1e3', /from 1 to 10000/],
      ['redis =', /"=" is no option/],
      ['redis __proto__=1', /is no option/],
    ];
    for (const [line, message] of wrong) assert.match(problemOf(line), message, line);
  });

  it('show no more of a long word than is needed', () => {
    assert.ok(problemOf(`redis ${'x'.repeat(100_000)}`).length < 400);
    assert.ok(problemOf(`redis tags=${'x'.repeat(100_000)}`).length < 400);
    assert.ok(problemOf('X'.repeat(100_000)).length < 400);
    assert.match(problemOf('redis \u001b[2Jx'), /^"\?\[2Jx" is no option/);
  });

  it('of one image in two lines must be the same', () => {
    const { images, problems } = parseImageList(
      'redis:7\ndocker.io/library/redis:7 pin\nredis:7\nredis tags=^7\nredis tags=^6\n',
    );
    assert.deepEqual(
      images.map(({ line }) => line),
      [1, 3, 4, 5],
    );
    assert.deepEqual(problems, [
      { line: 2, message: 'docker.io/library/redis:7 has other options in line 1: take one of the two out' },
    ]);
    assert.equal(parseImageList('redis tags=^7 newest=1\nredis tags=^7 newest=2\n').problems.length, 1);
  });

  it('are read as they were written', () => {
    const platform = fc.constantFrom(
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm', variant: 'v7' },
      { os: 'windows', architecture: 'amd64' },
    );
    const newest = fc.option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined });
    const tags = fc.oneof(
      fc.record({
        kind: fc.constant('pattern' as const),
        pattern: fc.constantFrom(/./, /^v?\d+\.[0-9]$/, /\//, /#x/i, /a|b(c)+/, /^[/]$/),
        newest,
      }),
      fc.record({
        kind: fc.constant('range' as const),
        range: fc.constantFrom('^1', '>=1.2 <2', '1.2 - 2.3', '1.x || 3', '*', '>=1.0.0-rc.1 <2 || ^4'),
        newest,
      }),
    );
    const platforms = fc.option(fc.uniqueArray(platform, { minLength: 1 }), { nil: undefined });
    const single = fc.record({
      platforms,
      tags: fc.constant(undefined),
      pin: fc.constantFrom<boolean | Digest>(true, false, DIGEST),
      archive: fc.boolean(),
    });
    const several = fc.record({ platforms, tags, pin: fc.constant(false), archive: fc.boolean() });
    assert.ok(isDigest(DIGEST));
    fc.assert(
      fc.property(
        fc.oneof(single, several),
        fc.constantFrom('', ' # a "comment"', '\t#'),
        (options, comment) => {
          assert.equal(
            formatOptions(optionsOf(`ghcr.io/a/b ${formatOptions(options)}${comment}`)),
            formatOptions(options),
          );
          const { tags } = optionsOf(`ghcr.io/a/b ${formatOptions(options)}${comment}`);
          assert.deepEqual({ ...tags }, { ...options.tags });
        },
      ),
    );
  });

  it('make no list unreadable that could be read without them', () => {
    const name = fc.constantFrom('redis', 'redis:7', 'ghcr.io/a/b', `x@${DIGEST}`);
    const blank = fc.constantFrom('', ' ', '\t ');
    const comment = fc.oneof(
      fc.constant(''),
      fc.string().map((text) => ` #${text.replace(/[\r\n\u2028\u2029]/g, '')}`),
    );
    fc.assert(
      fc.property(blank, name, blank, comment, (before, image, behind, rest) => {
        const { images, problems } = parseImageList(`${before}${image}${behind}${rest}`);
        assert.deepEqual(problems, []);
        assert.deepEqual(
          images.map(({ written, options }) => [written, options]),
          [[image, NO_OPTIONS]],
        );
      }),
    );
  });

  it('can be any text: it is read, or told', () => {
    const line = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('redis', 'redis tags="', 'a pin=x'),
    );
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\n', '\r\n', '\r'), (lines, newline) => {
        const { images, problems } = parseImageList(lines.join(newline));
        const told = [...images, ...problems].map((each) => each.line);
        assert.equal(new Set(told).size, told.length, 'no line is told twice');
      }),
    );
  });
});
