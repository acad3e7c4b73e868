import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serviceManager } from '#src/host/systemd/notify.js';

const NOTIFY_SOCKET = '/run/systemd/notify';

describe('serviceManager', () => {
  it('is there only when systemd wants to be told', () => {
    assert.equal(serviceManager({}, 7), undefined);
    assert.equal(serviceManager({ NOTIFY_SOCKET: '' }, 7), undefined);
    assert.notEqual(serviceManager({ NOTIFY_SOCKET }, 7), undefined);
  });

  it('watches when it says so, and this process', () => {
    const watched = (env: Readonly<Record<string, string>>) =>
      serviceManager({ NOTIFY_SOCKET, ...env }, 7)?.watchdog;
    assert.equal(watched({}), undefined);
    assert.equal(watched({ WATCHDOG_USEC: '60000000' }), 60_000);
    assert.equal(watched({ WATCHDOG_USEC: '60000000', WATCHDOG_PID: '7' }), 60_000);
    assert.equal(watched({ WATCHDOG_USEC: '60000000', WATCHDOG_PID: '8' }), undefined);
    for (const nonsense of ['', '0', '-1', 'x'])
      assert.equal(watched({ WATCHDOG_USEC: nonsense }), undefined);
  });
});
