import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errorCode, isMissing, MirrorError } from '#src/errors.js';

class TestError extends MirrorError {
  readonly code = 'TEST';
}

function systemError(code: unknown): Error {
  return Object.assign(new Error('as planned'), { code });
}

describe('a mirror error', () => {
  it('has the name of its class, and neither hint nor cause nor hope unless they are given', () => {
    const error = new TestError('broken');
    assert.equal(error.name, 'TestError');
    assert.equal(error.message, 'broken');
    assert.equal(error.hint, undefined);
    assert.equal(error.retryable, false);
    assert.equal('cause' in error, false);
    assert.match(error.stack ?? '', /errors\.test/);
  });

  it('carries what it is given', () => {
    const cause = new Error('below');
    const error = new TestError('broken', { hint: 'mend it', retryable: true, cause });
    assert.equal(error.hint, 'mend it');
    assert.equal(error.retryable, true);
    assert.equal(error.cause, cause);
  });
});

describe('errorCode', () => {
  it('reads the code of system errors and of ours', () => {
    assert.equal(errorCode(systemError('ENOSPC')), 'ENOSPC');
    assert.equal(errorCode(new TestError('broken')), 'TEST');
  });

  for (const error of [undefined, null, 'ENOENT', { code: 'ENOENT' }, new Error('plain'), systemError(2)]) {
    it(`finds none in ${String(error)}`, () => assert.equal(errorCode(error), undefined));
  }
});

describe('isMissing', () => {
  for (const [code, missing] of [
    ['ENOENT', true],
    ['ENOTDIR', true],
    ['EACCES', false],
    ['EISDIR', false],
  ] as const) {
    it(`is ${missing} for ${code}`, () => assert.equal(isMissing(systemError(code)), missing));
  }
});
