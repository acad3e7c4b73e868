import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseUnit } from '#src/host/systemd-show.js';

describe('what systemctl show prints', () => {
  it('of a service', () => {
    const text = [
      'Result=success',
      'NRestarts=3',
      'MainPID=812',
      'ExecStart={ path=/usr/bin/node ; argv[]=/usr/bin/node main.js serve /mirror/docker/config/config.yml ; ignore_errors=no }',
      'LoadState=loaded',
      'ActiveState=active',
      'ActiveEnterTimestamp=Sat 2026-01-03 10:01:02 UTC',
    ].join('\n');
    const unit = parseUnit(text);
    assert.match(unit.command, /serve \/mirror\/docker\/config\/config\.yml/);
    assert.deepEqual(
      { ...unit, command: '' },
      {
        isLoaded: true,
        command: '',
        active: 'active',
        mainPid: 812,
        since: '2026-01-03T10:01:02.000Z',
        restarts: 3,
        result: 'success',
        next: null,
        last: null,
      },
    );
  });

  it('of a timer, and of one that has never run', () => {
    const text = 'LoadState=loaded\nActiveState=active\nNextElapseUSecRealtime=Sun 2026-01-04 02:13:00 UTC\n';
    assert.equal(parseUnit(`${text}LastTriggerUSec=n/a`).last, null);
    const unit = parseUnit(`${text}LastTriggerUSec=Sat 2026-01-03 02:00:01 UTC`);
    assert.deepEqual([unit.next, unit.last], ['2026-01-04T02:13:00.000Z', '2026-01-03T02:00:01.000Z']);
  });

  it('of a unit that is not there, and of nothing', () => {
    assert.equal(parseUnit('LoadState=not-found\nActiveState=inactive').isLoaded, false);
    assert.equal(parseUnit('').isLoaded, false);
  });
});
