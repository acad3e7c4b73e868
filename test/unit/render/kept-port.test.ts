import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decidePort } from '#src/render/kept-port.js';

describe('decidePort', () => {
  it('is the setting when nobody says otherwise', () => {
    assert.deepEqual(decidePort({ asked: undefined, setting: 5000, kept: undefined }), {
      port: 5000,
      kept: undefined,
    });
  });

  it('is what is asked for, and stays so until the setting changes', () => {
    const { port, kept } = decidePort({ asked: 5005, setting: 5000, kept: undefined });
    assert.equal(port, 5005);
    assert.equal(decidePort({ asked: undefined, setting: 5000, kept }).port, 5005);
    assert.deepEqual(decidePort({ asked: undefined, setting: 6000, kept }), { port: 6000, kept: undefined });
  });

  it('forgets it when the port of the settings is asked for', () => {
    const kept = { port: 5005, over: 5000 };
    assert.deepEqual(decidePort({ asked: 5000, setting: 5000, kept }), { port: 5000, kept: undefined });
  });
});
