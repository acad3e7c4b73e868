import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseProcStat } from '#src/host/process-identity.js';

describe('parseProcStat', () => {
  const tail = 'S 1 42 42 0 -1 4194304 100 0 0 0 1 2 0 0 20 0 11 0 987654 1000000 500';

  it('finds the state and the start time', () => {
    assert.deepEqual(parseProcStat(`42 (node) ${tail}`), { state: 'S', startTicks: '987654' });
  });

  it('is not misled by a name with spaces and parentheses', () => {
    assert.deepEqual(parseProcStat(`42 (evil) Z 1 (x) ${tail}`), { state: 'S', startTicks: '987654' });
  });

  it('says nothing about nonsense', () => {
    assert.equal(parseProcStat(''), undefined);
  });
});
