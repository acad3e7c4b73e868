import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HtpasswdError, parseHtpasswd } from '#src/gateway/htpasswd.js';

const HASH = `$2y$05$${'a'.repeat(53)}`;

describe('parseHtpasswd', () => {
  it('reads users, skips comments and blank lines, and takes the last line of a user', () => {
    const other = HASH.replace('2y', '2a');
    const users = parseHtpasswd(`# users\r\n\r\n bob:${HASH}\r\nann:${HASH}\nbob:${other}\n#x:y`, 'f');
    assert.deepEqual(
      [...users],
      [
        ['bob', other],
        ['ann', HASH],
      ],
    );
  });

  it('takes the three forms of bcrypt', () => {
    for (const form of ['2a', '2b', '2y']) {
      assert.equal(parseHtpasswd(`u:${HASH.replace('2y', form)}`, 'f').size, 1);
    }
  });

  const bad: [string, RegExp][] = [
    ['bob', /^f:2: expected USER:HASH$/],
    [`:${HASH}`, /^f:2: expected USER:HASH$/],
    ['bob:', /^f:2: expected a bcrypt hash .*; found nothing$/],
    ['bob:$apr1$lZL6V/ci$eIMz/iKDkbtys/uU7LEK00', /MD5 \(\$apr1\$\)$/],
    ['bob:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=', /SHA-1/],
    ['bob:$6$abc$def', /crypt hash of another kind/],
    ['bob:rqXexS6ZhobKA', /DES/],
    ['bob:hunter2', /something else$/],
    [`bob:${HASH.slice(0, -1)}`, /cut off or damaged/],
    [`bob:${HASH}x`, /cut off or damaged/],
    [`bob:${HASH.replace('$05$', '$31$')}`, /cost from 4 to 15; found 31$/],
    [`bob:${HASH.replace('$05$', '$03$')}`, /cost from 4 to 15; found 3$/],
  ];
  for (const [line, expected] of bad) {
    it(`refuses ${line.slice(0, 24)}`, () => {
      assert.throws(
        () => parseHtpasswd(`ann:${HASH}\n${line}\n`, 'f'),
        (error: unknown) => {
          assert.ok(error instanceof HtpasswdError);
          assert.match(error.message, expected);
          assert.doesNotMatch(error.message, /hunter2|lZL6V|rqXex|aaaa/);
          return true;
        },
      );
    });
  }

  it('names every wrong line', () => {
    assert.throws(() => parseHtpasswd('a\nb\n', 'f'), /^HtpasswdError: f:1: .*\nf:2: /);
  });
});
