import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseChallenges } from '#src/oci/challenge.js';

const plain = (header: string | string[] | undefined) =>
  parseChallenges(header).map(({ scheme, token68, parameters }) =>
    token68 === undefined
      ? [scheme, Object.fromEntries(parameters)]
      : [scheme, Object.fromEntries(parameters), token68],
  );

describe('parseChallenges', () => {
  // The form in which each of these registries sends its challenge.
  for (const [registry, header, expected] of [
    [
      'Docker Hub',
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"',
      {
        realm: 'https://auth.docker.io/token',
        service: 'registry.docker.io',
        scope: 'repository:library/alpine:pull',
      },
    ],
    [
      'Docker Hub, token refused',
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/x:pull",error="invalid_token"',
      {
        realm: 'https://auth.docker.io/token',
        service: 'registry.docker.io',
        scope: 'repository:library/x:pull',
        error: 'invalid_token',
      },
    ],
    [
      'ghcr.io',
      'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:user/image:pull"',
      { realm: 'https://ghcr.io/token', service: 'ghcr.io', scope: 'repository:user/image:pull' },
    ],
    [
      'quay.io',
      'Bearer realm="https://quay.io/v2/auth",service="quay.io"',
      { realm: 'https://quay.io/v2/auth', service: 'quay.io' },
    ],
    [
      'GitLab',
      'Bearer realm="https://gitlab.com/jwt/auth",service="container_registry",scope="repository:group/project:pull",error="invalid_token"',
      {
        realm: 'https://gitlab.com/jwt/auth',
        service: 'container_registry',
        scope: 'repository:group/project:pull',
        error: 'invalid_token',
      },
    ],
    [
      'Harbor',
      'Bearer realm="https://demo.goharbor.io/service/token",service="harbor-registry"',
      { realm: 'https://demo.goharbor.io/service/token', service: 'harbor-registry' },
    ],
    [
      'Azure',
      'Bearer realm="https://example.azurecr.io/oauth2/token",service="example.azurecr.io",scope="repository:app:pull,metadata_read"',
      {
        realm: 'https://example.azurecr.io/oauth2/token',
        service: 'example.azurecr.io',
        scope: 'repository:app:pull,metadata_read',
      },
    ],
  ] as const) {
    it(`reads that of ${registry}`, () => assert.deepEqual(plain(header), [['bearer', expected]]));
  }

  it('reads several in one header and in several', () => {
    const expected = [
      ['negotiate', {}],
      ['basic', { realm: 'Registry, "inner"' }],
      ['bearer', { realm: 'https://x', service: 's' }],
    ];
    const basic = 'Basic realm="Registry, \\"inner\\""';
    const bearer = 'Bearer realm="https://x",service=s';
    assert.deepEqual(plain(`Negotiate, ${basic}, ${bearer}`), expected);
    assert.deepEqual(plain(['Negotiate', basic, bearer]), expected);
    assert.deepEqual(plain(['Negotiate', `${basic}, ${bearer}`]), expected);
  });

  it('reads token68', () => {
    assert.deepEqual(plain('Negotiate a87421000492aa874209af8bc028==, Basic realm=x'), [
      ['negotiate', {}, 'a87421000492aa874209af8bc028=='],
      ['basic', { realm: 'x' }],
    ]);
  });

  it('bears white space, odd case, empty elements, missing quotes and repetition', () => {
    assert.deepEqual(plain(' , ,BEARER\t Realm = "https://x" ,, sCope="a b" , realm="other" , '), [
      ['bearer', { realm: 'https://x', scope: 'a b' }],
    ]);
    assert.deepEqual(plain('Bearer realm=https://x/token?a=b,service=s'), [
      ['bearer', { realm: 'https://x/token?a=b', service: 's' }],
    ]);
    assert.deepEqual(plain('Basic realm=""'), [['basic', { realm: '' }]]);
    assert.deepEqual(plain('Basic'), [['basic', {}]]);
  });

  it('keeps what can be understood of what is broken', () => {
    assert.deepEqual(plain('Bearer realm="https://x'), [['bearer', { realm: 'https://x' }]]);
    assert.deepEqual(plain('"what, is", Basic realm=x'), [['basic', { realm: 'x' }]]);
    assert.deepEqual(plain('@@@, Basic realm=x'), [['basic', { realm: 'x' }]]);
    assert.deepEqual(plain('Bearer realm="a" "b, c" , service="s"'), [
      ['bearer', { realm: 'a', service: 's' }],
    ]);
    assert.deepEqual(plain(undefined), []);
    assert.deepEqual(plain(''), []);
    assert.deepEqual(plain('Basic __proto__="x", constructor="y"')[0]?.[0], 'basic');
  });

  it('reads back whatever was quoted, and ends on any text', () => {
    const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), (values) => {
        const header = `Bearer ${values.map((value, index) => `p${index}=${quote(value)}`).join(', ')}`;
        const [challenge] = parseChallenges(header);
        assert.deepEqual([...(challenge?.parameters.values() ?? [])], values);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseChallenges(text))));
    const grammar = fc.array(fc.constantFrom('Basic', ' ', ',', '=', '"', '\\', 'a', '\t', '=='));
    fc.assert(fc.property(grammar, (parts) => Array.isArray(parseChallenges(parts.join('')))));
  });
});
