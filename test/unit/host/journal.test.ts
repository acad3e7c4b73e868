import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isJournal, journalPrefix } from '#src/host/journal.js';

describe('journalPrefix', () => {
  it('maps the levels to syslog priorities', () => {
    const prefixes = [60, 50, 40, 30, 20, 10].map(journalPrefix);
    assert.deepEqual(prefixes, ['<2>', '<3>', '<4>', '<6>', '<7>', '<7>']);
  });
});

describe('isJournal', () => {
  it('is false without JOURNAL_STREAM, with another file, and for a closed descriptor', () => {
    assert.equal(isJournal(1, {}), false);
    assert.equal(isJournal(1, { JOURNAL_STREAM: '1:1' }), false);
    assert.equal(isJournal(99_999, { JOURNAL_STREAM: '1:1' }), false);
  });
});
