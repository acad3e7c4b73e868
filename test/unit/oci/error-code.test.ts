import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MirrorError } from '#src/errors.js';
import { errorDocument, OCI_STATUS, OciError, type OciErrorCode } from '#src/oci/error-code.js';

describe('an OCI error', () => {
  it('has the status of its code, unless another is given', () => {
    const expected: Partial<Record<OciErrorCode, number>> = {
      BLOB_UNKNOWN: 404,
      UNAUTHORIZED: 401,
      DENIED: 403,
      UNSUPPORTED: 405,
      TOOMANYREQUESTS: 429,
      RANGE_INVALID: 416,
      UNAVAILABLE: 503,
      UNKNOWN: 500,
    };
    for (const [code, status] of Object.entries(expected)) {
      assert.equal(new OciError(code as OciErrorCode, 'x').status, status);
    }
    assert.equal(new OciError('UNAVAILABLE', 'x', { status: 502 }).status, 502);
  });

  it('never is a success', () => {
    for (const status of Object.values(OCI_STATUS)) assert.ok(status >= 400 && status < 600);
  });

  it('is an error of this program, with headers and detail only when given', () => {
    const error = new OciError('DENIED', 'no', { headers: { Allow: 'GET' }, detail: { a: 1 } });
    assert.ok(error instanceof MirrorError);
    assert.equal(error.name, 'OciError');
    assert.deepEqual(error.headers, { Allow: 'GET' });
    assert.deepEqual(error.detail, { a: 1 });
    assert.deepEqual(new OciError('DENIED', 'no').headers, {});
  });
});

describe('errorDocument', () => {
  it('says code and message, the hint within, and no more', () => {
    assert.equal(
      errorDocument(new OciError('DENIED', 'no', { hint: 'ask', cause: new Error('inside') })),
      '{"errors":[{"code":"DENIED","message":"no: ask"}]}\n',
    );
  });

  it('says the detail when there is one, also a false one, and escapes what needs it', () => {
    const document = errorDocument(new OciError('NAME_INVALID', 'a"b\n\0', { detail: false }));
    assert.deepEqual(JSON.parse(document), {
      errors: [{ code: 'NAME_INVALID', message: 'a"b\n\0', detail: false }],
    });
  });
});
