import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { redirectTarget, tokenRealm, withoutSecrets } from '#src/upstream/target.js';

const TLS = new URL('https://r.test/');
const PLAIN = new URL('http://r.test/');
const FROM = new URL('https://r.test/v2/a/blobs/x');

describe('redirectTarget', () => {
  it('resolves relative places and drops user, password and fragment', () => {
    assert.equal(redirectTarget('r', FROM, '/y?z', TLS).href, 'https://r.test/y?z');
    assert.equal(redirectTarget('r', FROM, '//cdn.test/y', TLS).href, 'https://cdn.test/y');
    assert.equal(redirectTarget('r', FROM, 'https://u:p@cdn.test/y#f', TLS).href, 'https://cdn.test/y');
  });

  it('goes to plain HTTP only from an upstream that is plain HTTP', () => {
    assert.equal(redirectTarget('r', FROM, 'http://cdn.test/', PLAIN).href, 'http://cdn.test/');
    assert.throws(() => redirectTarget('r', FROM, 'http://cdn.test/?secret', TLS), {
      code: 'UPSTREAM_INVALID',
      message: /http:\/\/cdn\.test\/,/,
    });
  });

  for (const location of [undefined, '', 'http://[', 'javascript:alert(1)', 'unix:/run/docker.sock']) {
    it(`refuses ${location}`, () =>
      assert.throws(() => redirectTarget('r', FROM, location, PLAIN), { code: 'UPSTREAM_INVALID' }));
  }
});

describe('tokenRealm', () => {
  it('has TLS unless the upstream has none', () => {
    assert.equal(tokenRealm('r', 'https://auth.test/t?x=1', TLS).href, 'https://auth.test/t?x=1');
    assert.equal(tokenRealm('r', 'http://auth.test/t', PLAIN).href, 'http://auth.test/t');
    assert.throws(() => tokenRealm('r', 'http://auth.test/t', TLS), { code: 'UPSTREAM_INVALID' });
    for (const realm of [undefined, '', '/token', 'ftp://auth.test']) {
      assert.throws(() => tokenRealm('r', realm, PLAIN), { code: 'UPSTREAM_INVALID' });
    }
  });
});

describe('withoutSecrets', () => {
  it('leaves query and user out', () =>
    assert.equal(withoutSecrets(new URL('https://u:p@h.test/a?b#c')), 'https://h.test/a'));
});
