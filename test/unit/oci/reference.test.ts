import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseDigest } from '#src/oci/digest.js';
import { OciError } from '#src/oci/error-code.js';
import { formatReference, isHubHost, parseReference, type Reference } from '#src/oci/reference.js';

const DIGEST = parseDigest(`sha256:${'0123456789abcdef'.repeat(4)}`);

describe('parseReference', () => {
  const table: readonly [string, string, string, string | undefined, boolean][] = [
    ['node', 'docker.io', 'library/node', 'latest', false],
    ['node:20', 'docker.io', 'library/node', '20', false],
    ['owner/app', 'docker.io', 'owner/app', 'latest', false],
    ['docker.io/node', 'docker.io', 'library/node', 'latest', false],
    ['index.docker.io/owner/app:1', 'docker.io', 'owner/app', '1', false],
    ['registry-1.docker.io/node', 'docker.io', 'library/node', 'latest', false],
    ['ghcr.io/app', 'ghcr.io', 'app', 'latest', false],
    ['localhost/app:1', 'localhost', 'app', '1', false],
    ['localhost:5000/a/b', 'localhost:5000', 'a/b', 'latest', false],
    ['host:5000/a:b', 'host:5000', 'a', 'b', false],
    ['host:5000', 'docker.io', 'library/host', '5000', false],
    ['[::1]:5000/a', '[::1]:5000', 'a', 'latest', false],
    [`node@${DIGEST}`, 'docker.io', 'library/node', undefined, true],
    [`ghcr.io/a/b:1@${DIGEST}`, 'ghcr.io', 'a/b', '1', true],
    ['Host/app', 'Host', 'app', 'latest', false],
    ['Docker.IO/node', 'docker.io', 'library/node', 'latest', false],
  ];
  for (const [text, host, repository, tag, digested] of table) {
    it(`reads ${text}`, () => {
      const digest = digested ? DIGEST : undefined;
      assert.deepEqual(parseReference(text), { host, repository, tag, digest });
    });
  }

  const wrong: readonly [string, string][] = [
    ['', 'NAME_INVALID'],
    ['/', 'NAME_INVALID'],
    ['a//b', 'NAME_INVALID'],
    ['ghcr.io/', 'NAME_INVALID'],
    ['owner/App', 'NAME_INVALID'],
    ['ghcr.io/../etc', 'NAME_INVALID'],
    ['-x.io/app', 'NAME_INVALID'],
    ['https://ghcr.io/app', 'NAME_INVALID'],
    ['a'.repeat(260), 'NAME_INVALID'],
    ['node:', 'TAG_INVALID'],
    ['node:.x', 'TAG_INVALID'],
    [`node:${'x'.repeat(129)}`, 'TAG_INVALID'],
    ['node@', 'DIGEST_INVALID'],
    ['node@sha256:abc', 'DIGEST_INVALID'],
    [`node@${DIGEST}@${DIGEST}`, 'DIGEST_INVALID'],
    [`node@${DIGEST}:tag`, 'DIGEST_INVALID'],
  ];
  for (const [text, code] of wrong) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))} with ${code}`, () => {
      assert.throws(
        () => parseReference(text),
        (error) => error instanceof OciError && error.code === code,
      );
    });
  }

  it('says when only the case is wrong', () => {
    assert.throws(() => parseReference('owner/App'), { hint: 'repository names are lower case' });
  });
});

describe('formatReference', () => {
  it('writes what parseReference reads again, with host and tag written out', () => {
    const component = fc.stringMatching(/^[a-z0-9]{1,5}([._-][a-z0-9]{1,5})?$/);
    const host = fc.constantFrom(
      'docker.io',
      'ghcr.io',
      'localhost',
      'h:5000',
      '[::1]:5000',
      '10.0.0.1',
      'A.b',
    );
    const tag = fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/), { nil: undefined });
    const references = fc
      .record({
        host,
        path: fc.array(component, { minLength: 1, maxLength: 4 }),
        tag,
        digest: fc.constantFrom(undefined, DIGEST),
      })
      .map(({ host: where, path, tag: tagged, digest }): Reference => {
        const hub = where === 'docker.io' && path.length === 1;
        const repository = (hub ? ['library', ...path] : path).join('/');
        // A reference that names neither means the latest.
        return {
          host: where,
          repository,
          tag: tagged ?? (digest === undefined ? 'latest' : undefined),
          digest,
        };
      });
    fc.assert(
      fc.property(references, (reference) => {
        assert.deepEqual(parseReference(formatReference(reference)), reference);
      }),
    );
  });

  it('is where any text that can be read comes to rest', () => {
    const units = fc.constantFrom(
      'a',
      'b',
      'A',
      '0',
      '.',
      '-',
      '_',
      '/',
      ':',
      '@',
      '[',
      ']',
      `@${DIGEST}`,
      'docker.io/',
    );
    fc.assert(
      fc.property(fc.string({ unit: units, maxLength: 12 }), (text) => {
        let reference: Reference;
        try {
          reference = parseReference(text);
        } catch (error) {
          assert.ok(error instanceof OciError);
          return;
        }
        assert.deepEqual(parseReference(formatReference(reference)), reference);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('isHubHost', () => {
  it('knows the three names of Docker Hub and no others', () => {
    assert.deepEqual(
      [
        'docker.io',
        'index.docker.io',
        'registry-1.docker.io',
        'hub.docker.io',
        'docker.io:443',
        'docker.com',
      ].map(isHubHost),
      [true, true, true, false, false, false],
    );
  });
});
