import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nearestWord } from '#src/oci/nearest-word.js';

describe('nearestWord', () => {
  const words = ['rootdirectory', 'maxthreads', 'push', 'addr'];

  it('finds what was meant: a letter swapped, left out, added, or of another case', () => {
    assert.equal(nearestWord('rootdirectroy', words), 'rootdirectory');
    assert.equal(nearestWord('rootdirectory_', words), 'rootdirectory');
    assert.equal(nearestWord('rootDirectory', words), 'rootdirectory');
    assert.equal(nearestWord('pusch', words), 'push');
    assert.equal(nearestWord('adr', words), 'addr');
  });

  it('says nothing when nothing is near', () => {
    assert.equal(nearestWord('cacheTTL', words), undefined);
    assert.equal(nearestWord('plsh2', []), undefined);
    assert.equal(nearestWord('pu', words), undefined);
  });
});
