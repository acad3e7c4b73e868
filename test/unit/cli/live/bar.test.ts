import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bar, fit, plain } from '#src/cli/live/bar.js';

const UNICODE = { isUnicode: true };
const ASCII = { isUnicode: false };

describe('a bar', () => {
  it('is as full as it is said, rounded down: one that is full is done', () => {
    assert.equal(bar(0.5, 10, UNICODE), '█████░░░░░');
    assert.equal(bar(0.5, 10, ASCII), '#####-----');
    assert.equal(bar(0.999, 10, ASCII), '#########-');
    assert.equal(bar(1, 4, ASCII), '####');
    assert.equal(bar(0, 4, ASCII), '----');
  });

  it('is never wider than it should be', () => {
    assert.equal(bar(7, 4, ASCII), '####');
    assert.equal(bar(-1, 4, ASCII), '----');
    assert.equal(bar(Number.NaN, 4, ASCII), '####');
    assert.equal(bar(0.5, 0, ASCII), '');
  });
});

describe('a name', () => {
  it('keeps its end when there is no room', () => {
    assert.equal(fit('redis:7', 7, UNICODE), 'redis:7');
    assert.equal(fit('ghcr.io/owner/app:1.4', 8, UNICODE), '…app:1.4');
    assert.equal(fit('ghcr.io/owner/app:1.4', 8, ASCII), '~app:1.4');
    assert.equal(fit('redis:7', 0, ASCII), '');
  });

  it('has nothing in it that a terminal obeys, or that is wider than one column', () => {
    assert.equal(plain('a\u001b[2J\nb漢é'), 'a?[2J?b??');
  });
});
