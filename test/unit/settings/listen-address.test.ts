import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatListenAddress, parseListenAddress } from '#src/settings/listen-address.js';

describe('parseListenAddress', () => {
  const good: [string, string, number][] = [
    [':5000', '', 5000],
    ['localhost:5000', 'localhost', 5000],
    ['127.0.0.1:5000', '127.0.0.1', 5000],
    ['[::1]:5000', '::1', 5000],
    ['0.0.0.0:0', '0.0.0.0', 0],
    ['[::]:65535', '::', 65_535],
    ['mirror.example.com:443', 'mirror.example.com', 443],
  ];
  for (const [text, host, port] of good) {
    it(`reads ${text} and writes it again`, () => {
      assert.deepEqual(parseListenAddress(text), { value: { host, port } });
      assert.equal(formatListenAddress({ host, port }), text);
    });
  }

  const bad: [string, RegExp][] = [
    ['5000', /HOST:PORT/],
    ['localhost', /HOST:PORT/],
    ['localhost:', /port from 0 to 65535/],
    [':http', /port from 0 to 65535/],
    [':65536', /port from 0 to 65535/],
    [':-1', /port from 0 to 65535/],
    ['::1', /\[::1\]:5000/],
    ['::1:5000', /brackets/],
    ['[::1]', /HOST:PORT/],
    ['[::g]:5000', /address or a host name/],
    ['[127.0.0.1]:5000', /address or a host name/],
    ['[]:5000', /address or a host name/],
    ['256.0.0.1:5000', /address or a host name/],
    ['a b:5000', /address or a host name/],
    ['*:5000', /empty host for every address: :5000/],
    ['http://localhost:5000', /brackets/],
    ['localhost:5000\n', /port from 0/],
  ];
  for (const [text, expected] of bad) {
    it(`refuses ${JSON.stringify(text)} and says what is expected`, () => {
      const parsed = parseListenAddress(text);
      assert.ok('expected' in parsed);
      assert.match(parsed.expected, expected);
    });
  }
});
