import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { liveTerminal } from '#src/cli/live/terminal.js';

const STREAM = { isTTY: true, columns: 0, rows: 0, write: () => true };

describe('a terminal for live lines', () => {
  it('is one whose cursor can be moved', () => {
    assert.ok(liveTerminal(STREAM, { TERM: 'xterm' }) !== undefined);
    for (const env of [{}, { TERM: '' }, { TERM: 'dumb' }])
      assert.equal(liveTerminal(STREAM, env), undefined);
    assert.equal(liveTerminal({ ...STREAM, isTTY: false }, { TERM: 'xterm' }), undefined);
  });

  it('has a size though it knows none', () => {
    assert.deepEqual(liveTerminal(STREAM, { TERM: 'vt100' })?.size(), { columns: 80, rows: 24 });
  });

  it('shows what the locale says', () => {
    const isUnicode = (env: Record<string, string>) => liveTerminal(STREAM, { TERM: 'x', ...env })?.isUnicode;
    assert.equal(isUnicode({ LANG: 'de_DE.UTF-8' }), true);
    assert.equal(isUnicode({ LANG: 'de_DE.utf8', LC_ALL: '' }), true);
    assert.equal(isUnicode({ LANG: 'de_DE.UTF-8', LC_ALL: 'C' }), false);
    assert.equal(isUnicode({ LC_CTYPE: 'C.UTF-8', LANG: 'C' }), true);
    assert.equal(isUnicode({}), false);
  });
});
