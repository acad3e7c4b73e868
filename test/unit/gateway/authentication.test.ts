import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseBasic } from '#src/gateway/authentication.js';

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

describe('parseBasic', () => {
  it('reads user and password, colons and any script in the latter', () => {
    assert.deepEqual(parseBasic(basic('Aladdin:open sesame')), { user: 'Aladdin', password: 'open sesame' });
    assert.deepEqual(parseBasic(basic('a:b:c:')), { user: 'a', password: 'b:c:' });
    assert.deepEqual(parseBasic(basic('ülo:пароль 🔑')), { user: 'ülo', password: 'пароль 🔑' });
    assert.deepEqual(parseBasic(basic('a:')), { user: 'a', password: '' });
  });

  it('takes the scheme in any case, and several spaces', () => {
    assert.deepEqual(parseBasic(`bAsIc   ${Buffer.from('a:b').toString('base64')}  `), {
      user: 'a',
      password: 'b',
    });
  });

  const bad = [
    undefined,
    '',
    'Basic',
    'Basic ',
    'Bearer YTpi',
    'Basic YTpi YTpi',
    'Basic ***',
    basic('nocolon'),
    basic(':b'),
    basic('a:b\0c'),
    basic('a\n:b'),
    basic('a:\x7f'),
  ];
  for (const text of bad) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseBasic(text), undefined));
  }
});
