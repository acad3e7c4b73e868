import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StoreAlarm } from '#src/gateway/store-alarm.js';
import type { Logger } from '#src/host/log.js';
import { StoreError } from '#src/store/errors.js';

function alarmed(): { alarm: StoreAlarm; said: string[] } {
  const said: string[] = [];
  const logger = {
    error: ({ err }: { err: unknown }) =>
      said.push(`error ${err instanceof StoreError ? err.code : 'other'}`),
    info: (text: string) => said.push(`info ${text}`),
  };
  return { alarm: new StoreAlarm(logger as unknown as Logger), said };
}

const FULL = new StoreError('STORE_FULL', 'no room');
const GOOD = 'info the store can be written again';

describe('the alarm about the store', () => {
  it('says a trouble once, and once that it is over', () => {
    const { alarm, said } = alarmed();
    alarm.clear();
    for (let time = 0; time < 3; time += 1) alarm.raise(FULL);
    for (let time = 0; time < 3; time += 1) alarm.clear();
    assert.deepEqual(said, ['error STORE_FULL', GOOD]);
  });

  it('says another trouble, and the same one when it comes back', () => {
    const { alarm, said } = alarmed();
    alarm.raise(FULL);
    alarm.raise(new StoreError('STORE_READ_ONLY', 'mounted so'));
    alarm.clear();
    alarm.raise(new Error('without a code'));
    alarm.raise(new Error('another one without'));
    alarm.clear();
    alarm.raise(FULL);
    assert.deepEqual(said, [
      'error STORE_FULL',
      'error STORE_READ_ONLY',
      GOOD,
      'error other',
      GOOD,
      'error STORE_FULL',
    ]);
  });
});
