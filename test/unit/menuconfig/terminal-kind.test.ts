import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ASCII, UNICODE } from '#src/menuconfig/screen/box.js';
import { COLOURS, MONO } from '#src/menuconfig/screen/style.js';
import { terminalKind, usableSize } from '#src/menuconfig/terminal-kind.js';

describe('the kind of a terminal', () => {
  it('has colours unless its name or NO_COLOR says otherwise', () => {
    for (const TERM of ['xterm-256color', 'screen', 'linux', 'tmux', 'rxvt-unicode', 'vt', undefined])
      assert.equal(terminalKind({ TERM }).palette, COLOURS);
    for (const TERM of ['vt100', 'vt220', 'vt102-w', 'xterm-mono', 'linux-m', 'ansi-m'])
      assert.equal(terminalKind({ TERM }).palette, MONO);
    assert.equal(terminalKind({ TERM: 'xterm', NO_COLOR: '0' }).palette, MONO);
    assert.equal(terminalKind({ TERM: 'xterm', NO_COLOR: '' }).palette, COLOURS);
  });

  it('has lines where the locale has them: the first of LC_ALL, LC_CTYPE and LANG that is set', () => {
    assert.equal(terminalKind({ LANG: 'de_DE.UTF-8' }).glyphs, UNICODE);
    assert.equal(terminalKind({ LC_ALL: 'C.utf8', LANG: 'C' }).glyphs, UNICODE);
    assert.equal(terminalKind({ LC_ALL: 'C', LANG: 'de_DE.UTF-8' }).glyphs, ASCII);
    assert.equal(terminalKind({ LC_ALL: '', LC_CTYPE: 'POSIX', LANG: 'de_DE.UTF-8' }).glyphs, ASCII);
    assert.equal(terminalKind({}).glyphs, ASCII);
  });

  it('is taken for 80 by 24 when it does not know its size', () => {
    assert.deepEqual(usableSize(0, 0), { columns: 80, rows: 24 });
    assert.deepEqual(usableSize(undefined, undefined), { columns: 80, rows: 24 });
    assert.deepEqual(usableSize(5, 2), { columns: 5, rows: 2 });
  });
});
