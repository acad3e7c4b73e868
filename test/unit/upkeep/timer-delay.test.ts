import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { timerDelay } from '#src/upkeep/timer-delay.js';

describe('timerDelay', () => {
  it('leaves alone what a timer can wait for', () => {
    assert.equal(timerDelay(24 * 3_600_000), 24 * 3_600_000);
  });

  it('never asks a timer for more, which would fire at once', async () => {
    let fired = false;
    const timer = setTimeout(
      () => {
        fired = true;
      },
      timerDelay(720 * 3_600_000),
    );
    // A timer that was asked for too much fires after one millisecond, before this one.
    await new Promise((resolve) => setTimeout(resolve, 20));
    clearTimeout(timer);
    assert.equal(fired, false);
  });
});
