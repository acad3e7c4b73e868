import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bareHost, proxyAuthorization, proxyFor } from '#src/upstream/proxy.js';

const HTTPS = new URL('https://registry.example.com/v2/');
const via = (url: string | URL, env: NodeJS.ProcessEnv) => proxyFor(new URL(url), env)?.href;

describe('proxyFor', () => {
  it('takes the variable of the scheme, lower case first', () => {
    const env = { HTTPS_PROXY: 'http://s:1', HTTP_PROXY: 'http://p:2' };
    assert.equal(via(HTTPS, env), 'http://s:1/');
    assert.equal(via('http://x.test/', env), 'http://p:2/');
    assert.equal(via(HTTPS, { ...env, https_proxy: 'http://low:3' }), 'http://low:3/');
    assert.equal(via(HTTPS, { ...env, https_proxy: '' }), undefined);
    assert.equal(via(HTTPS, { HTTPS_PROXY: 'proxy:8080' }), 'http://proxy:8080/');
    assert.equal(via(HTTPS, { HTTP_PROXY: 'http://p:2' }), undefined);
    assert.equal(via(HTTPS, { HTTPS_PROXY: 'socks5://p:2' }), undefined);
    assert.equal(via(HTTPS, {}), undefined);
  });

  for (const [list, url, exempt] of [
    ['*', 'https://a.test/', true],
    ['a.test', 'https://a.test/', true],
    ['a.test', 'https://A.TEST/', true],
    ['a.test', 'https://b.a.test/', true],
    ['.a.test', 'https://b.a.test/', true],
    ['*.a.test', 'https://b.a.test/', true],
    ['a.test', 'https://ba.test/', false],
    ['a.test:443', 'https://a.test/', true],
    ['a.test:5000', 'https://a.test/', false],
    ['a.test:5000', 'https://a.test:5000/', true],
    ['x, a.test', 'https://a.test/', true],
    ['x a.test', 'https://a.test/', true],
    ['10.0.0.0/8', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'https://11.1.2.3/', false],
    ['10.0.0.0/99', 'https://10.1.2.3/', false],
    ['fd00::/8', 'https://[fd12::1]/', true],
    ['10.1.2.3', 'https://10.1.2.3/', true],
    ['1.2.3', 'https://10.1.2.3/', false],
    ['::1', 'https://[::1]/', true],
    ['[::1]:5000', 'https://[::1]:5000/', true],
    ['', 'https://a.test/', false],
    [',,', 'https://a.test/', false],
    ['.', 'https://a.test/', false],
  ] as const) {
    it(`${exempt ? 'exempts' : 'does not exempt'} ${url} with NO_PROXY="${list}"`, () => {
      const env = { HTTPS_PROXY: 'http://p:1', NO_PROXY: list };
      assert.equal(via(url, env), exempt ? undefined : 'http://p:1/');
    });
  }
});

describe('proxyAuthorization', () => {
  it('is made from the URL, its escapes undone', () => {
    const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
    assert.equal(proxyAuthorization(new URL('http://us%40er:p%3Aw@p')), basic('us@er:p:w'));
    assert.equal(proxyAuthorization(new URL('http://user@p')), basic('user:'));
    assert.equal(proxyAuthorization(new URL('http://a:%zz@p')), basic('a:%zz'));
    assert.equal(proxyAuthorization(new URL('http://p')), undefined);
  });
});

describe('bareHost', () => {
  it('takes brackets off', () => {
    assert.equal(bareHost('[::1]'), '::1');
    assert.equal(bareHost('a.test'), 'a.test');
  });
});
