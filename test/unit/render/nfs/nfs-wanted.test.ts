import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EMPTY_RECORD, type HostRecord } from '#src/render/host/record.js';
import type { Action } from '#src/render/host/wanted.js';
import { EXPORTS_FILE, type NfsFacts, nfsWanted } from '#src/render/nfs/nfs-wanted.js';

const BARE: NfsFacts = {
  share: { path: '/mirror/docker', clients: ['10.0.0.0/8'], readOnly: true, needsFsid: false },
  unit: undefined,
  firewall: undefined,
  record: EMPTY_RECORD,
};
const UNIT = 'nfs-kernel-server.service';

function recordOf(...actions: Action[]): HostRecord {
  return { entries: actions.map((action) => ({ kind: 'undo', action })), pending: [] };
}

/** Deeds with what undoes them, in short. */
function deeds(facts: Partial<NfsFacts>): string[] {
  return nfsWanted({ ...BARE, ...facts }).flatMap((item) => {
    if (item.kind !== 'action') return [];
    const name = (action: Action) => (action.kind === 'unit' ? action.verb : action.kind);
    const when = item.on === 'always' ? ' always' : '';
    return [`${name(item.action)}${when}${item.undo === undefined ? '' : ` / ${name(item.undo)}`}`];
  });
}

describe('what a host is to have for NFS', () => {
  it('is the file of ours, which the server reads when it changes and when it is gone', () => {
    const wanted = nfsWanted(BARE);
    assert.deepEqual(
      wanted.map(({ kind }) => kind),
      ['after-undo', 'file', 'action'],
    );
    assert.deepEqual(wanted[0], { kind: 'after-undo', action: { kind: 'reload-exports' } });
    assert.deepEqual(wanted[2], { kind: 'action', action: { kind: 'reload-exports' }, on: [EXPORTS_FILE] });
  });

  it('has a server started that did not run, and takes that back', () => {
    const unit = { name: UNIT, enabled: false, active: false };
    assert.deepEqual(deeds({ unit }), ['enable always / disable', 'start always / stop', 'reload-exports']);
  });

  it('leaves a server alone that ran before', () => {
    assert.deepEqual(deeds({ unit: { name: UNIT, enabled: true, active: true } }), ['reload-exports']);
    const stopped = { name: UNIT, enabled: true, active: false };
    assert.deepEqual(deeds({ unit: stopped }), ['start always / stop', 'reload-exports']);
  });

  it('still takes back the second time what it did the first time', () => {
    const of = (verb: 'disable' | 'stop') => ({ kind: 'unit', verb, unit: UNIT, scope: 'system' }) as const;
    const record = recordOf(of('disable'), of('stop'), { kind: 'close-firewall', service: 'nfs' });
    assert.deepEqual(
      deeds({ unit: { name: UNIT, enabled: true, active: true }, firewall: { open: true }, record }),
      ['enable / disable', 'start / stop', 'reload-exports', 'open-firewall / close-firewall'],
    );
  });

  it('opens a firewall that is active and closed, and no other', () => {
    assert.deepEqual(deeds({ firewall: { open: false } }), [
      'reload-exports',
      'open-firewall always / close-firewall',
    ]);
    assert.deepEqual(deeds({ firewall: { open: true } }), ['reload-exports']);
  });
});
