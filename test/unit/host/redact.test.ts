import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { redact } from '#src/host/redact.js';

describe('redact', () => {
  it('hides what is named like a secret, at any depth and in any case', () => {
    const clean = redact({
      Authorization: 'Bearer abc',
      headers: { 'Set-Cookie': ['a=b'], 'proxy-authorization': 'Basic x', accept: '*/*' },
      list: [{ access_token: 't', identitytoken: 'i', client_secret: 's', apiKey: 'k' }],
      password: 'p',
    });
    assert.deepEqual(clean, {
      Authorization: '[hidden]',
      headers: { 'Set-Cookie': '[hidden]', 'proxy-authorization': '[hidden]', accept: '*/*' },
      list: [
        {
          access_token: '[hidden]',
          identitytoken: '[hidden]',
          client_secret: '[hidden]',
          apiKey: '[hidden]',
        },
      ],
      password: '[hidden]',
    });
  });

  it('hides user and password in URLs, and leaves image names alone', () => {
    const clean = redact({
      url: new URL('https://me:pw@example.com/x'),
      text: 'GET http://me:pw@example.com/',
      image: 'library/alpine:3@sha256:abc',
    });
    assert.equal(JSON.stringify(clean).includes('pw'), false);
    assert.equal(clean['image'], 'library/alpine:3@sha256:abc');
  });

  it('keeps what is not secret', () => {
    const fields = {
      repository: 'library/alpine',
      bytes: 3,
      hit: true,
      none: null,
      tokens: ['a'],
      author: 'x',
    };
    assert.deepEqual(redact(fields), fields);
  });

  it('ends on a loop', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    assert.match(JSON.stringify(redact(loop)), /deeper/);
  });
});
