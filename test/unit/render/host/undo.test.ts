import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Found, factsFrom } from '#src/render/host/found.js';
import { type Before, checksum, type Entry } from '#src/render/host/record.js';
import { planUndo } from '#src/render/host/undo.js';

const BACKUP = '/b/f';

function entry(whose: 'ours' | 'theirs', before: Before): Entry {
  return { kind: 'file', whose, path: '/f', sums: [checksum('written')], before };
}

const kept = (exact: boolean): Before => ({ kind: 'kept', backup: BACKUP, exact });

function undo(
  known: Entry,
  content: string | undefined,
  {
    force = false,
    edited = new Map(),
  }: { force?: boolean; edited?: ReadonlyMap<string, string | undefined> } = {},
) {
  const found = new Map<string, Found>(
    content === undefined ? [] : [['/f', { kind: 'file', bytes: Buffer.from(content), mode: 0o600 }]],
  );
  const { steps, refused } = planUndo({ entries: [known], pending: [] }, factsFrom(found), {
    force,
    edited,
    backup: (path) => (path === BACKUP ? Buffer.from('before') : undefined),
  });
  const [step] = steps;
  if (step === undefined) return refused[0]?.why;
  return step.kind === 'write-file' ? `write ${step.content}` : step.kind;
}

describe('planUndo', () => {
  it('removes a file that was not there before', () => {
    assert.equal(undo(entry('ours', { kind: 'absent' }), 'written'), 'remove-file');
    assert.equal(undo(entry('theirs', { kind: 'absent' }), 'written'), 'remove-file');
  });

  it('puts back what was there', () => {
    assert.equal(undo(entry('theirs', kept(true)), 'written'), 'write before');
    assert.equal(undo(entry('ours', kept(true)), 'written'), 'write before');
  });

  it('leaves what is gone, and what was never changed', () => {
    assert.equal(undo(entry('theirs', kept(true)), undefined), 'note');
    const early: Entry = {
      kind: 'file',
      whose: 'theirs',
      path: '/f',
      sums: ['before', 'written'].map(checksum),
      before: kept(true),
    };
    assert.equal(undo(early, 'before'), 'note');
  });

  it('takes only our part out of what somebody else changed since', () => {
    const edited = new Map([['/f', 'theirs alone']]);
    assert.equal(undo(entry('theirs', kept(true)), 'theirs and ours', { edited }), 'write theirs alone');
    assert.equal(undo(entry('theirs', kept(false)), 'written', { edited }), 'write theirs alone');
    assert.equal(
      undo(entry('theirs', { kind: 'absent' }), 'x', { edited: new Map([['/f', undefined]]) }),
      'remove-file',
    );
    assert.equal(undo(entry('theirs', kept(true)), 'theirs alone', { edited }), 'note');
  });

  it('refuses what it cannot undo exactly', () => {
    assert.equal(undo(entry('theirs', kept(true)), 'changed'), '/f was changed since it was written here');
    assert.equal(
      undo(entry('theirs', kept(true)), 'changed', { force: true }),
      '/f was changed since it was written here',
    );
    assert.equal(
      undo(entry('ours', { kind: 'absent' }), 'changed'),
      '/f was changed since it was written here',
    );
    assert.equal(undo(entry('ours', { kind: 'absent' }), 'changed', { force: true }), 'remove-file');
    assert.equal(undo(entry('ours', kept(true)), 'changed', { force: true }), 'write before');
  });
});
