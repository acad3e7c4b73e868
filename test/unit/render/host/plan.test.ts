import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Found, factsFrom } from '#src/render/host/found.js';
import { planHost } from '#src/render/host/plan.js';
import { checksum, EMPTY_RECORD, type Entry, type HostRecord } from '#src/render/host/record.js';
import { describeHostStep } from '#src/render/host/show.js';
import type { Action, Wanted } from '#src/render/host/wanted.js';

const RELOAD: Action = { kind: 'units-reload', scope: 'system' };
const ENABLE: Action = { kind: 'unit', verb: 'enable', unit: 'a.service', scope: 'system' };
const DISABLE: Action = { kind: 'unit', verb: 'disable', unit: 'a.service', scope: 'system' };
const RESTART: Action = { kind: 'unit', verb: 'restart', unit: 'a.service', scope: 'system' };
const UNIT: Wanted = { kind: 'file', whose: 'ours', path: '/etc/u/a.service', content: 'new\n', mode: 0o644 };
const WANTED: readonly Wanted[] = [
  { kind: 'after-undo', action: RELOAD },
  UNIT,
  { kind: 'link', path: '/bin/a', target: '/lib/a' },
  { kind: 'action', action: RELOAD, on: ['/etc/u'] },
  { kind: 'action', action: ENABLE, on: [], undo: DISABLE },
  { kind: 'action', action: RESTART, on: ['/etc/u/a.service'] },
];

const file = (content: string, mode = 0o644): Found => ({ kind: 'file', bytes: Buffer.from(content), mode });
const FOLDERS: readonly [string, Found][] = ['/etc', '/etc/u', '/bin'].map((path) => [
  path,
  { kind: 'folder' },
]);

function record(...entries: Entry[]): HostRecord {
  return { entries, pending: [] };
}

function ours(content: string): Entry {
  return {
    kind: 'file',
    whose: 'ours',
    path: '/etc/u/a.service',
    sums: [checksum(content)],
    before: { kind: 'absent' },
  };
}

const INSTALLED = record(
  { kind: 'undo', action: RELOAD },
  ours('new\n'),
  { kind: 'link', path: '/bin/a', targets: ['/lib/a'] },
  { kind: 'undo', action: DISABLE },
);
const LINK: readonly [string, Found] = ['/bin/a', { kind: 'link', target: '/lib/a' }];

function plan(
  found: readonly (readonly [string, Found])[],
  known: HostRecord = EMPTY_RECORD,
  { force = false, wanted = WANTED }: { force?: boolean; wanted?: readonly Wanted[] } = {},
) {
  const facts = factsFrom(new Map([...FOLDERS, ...found]));
  const { steps, refused } = planHost(wanted, facts, known, { force, backups: '/b' });
  const done = steps.filter(({ kind }) => kind !== 'note').map(describeHostStep);
  return { steps, done, refused: refused.map(({ why }) => why) };
}

describe('planHost', () => {
  it('brings everything about on an empty host, in order', () => {
    const { done, steps } = plan([]);
    assert.deepEqual(done, [
      'write /etc/u/a.service',
      'link /bin/a to /lib/a',
      'have systemd read its units again',
      'enable a.service',
      'restart a.service',
    ]);
    assert.deepEqual(
      steps.flatMap(({ entry }) => entry ?? []),
      INSTALLED.entries,
    );
  });

  it('makes the folders that are missing, and knows them', () => {
    const facts = factsFrom(new Map<string, Found>([['/etc', { kind: 'folder' }]]));
    const { steps } = planHost([UNIT], facts, EMPTY_RECORD, { force: false, backups: '/b' });
    assert.deepEqual(steps.map(describeHostStep), ['make the folder /etc/u', 'write /etc/u/a.service']);
    assert.deepEqual(steps[0]?.entry, { kind: 'folder', path: '/etc/u' });
  });

  it('has nothing to do where all is done', () => {
    assert.deepEqual(plan([['/etc/u/a.service', file('new\n')], LINK], INSTALLED).steps, []);
  });

  it('does of the actions only those whose files changed', () => {
    const known = record(...INSTALLED.entries.with(1, ours('old\n')));
    assert.deepEqual(plan([['/etc/u/a.service', file('old\n')], LINK], known).done, [
      'change /etc/u/a.service',
      'have systemd read its units again',
      'restart a.service',
    ]);
  });

  it('does what was planned and not done when it was cut short', () => {
    const known = { ...INSTALLED, pending: [RESTART] };
    assert.deepEqual(plan([['/etc/u/a.service', file('new\n')], LINK], known).done, ['restart a.service']);
  });

  it('mends the mode of a file of ours', () => {
    assert.deepEqual(plan([['/etc/u/a.service', file('new\n', 0o666)], LINK], INSTALLED).done.slice(0, 1), [
      'set the mode of /etc/u/a.service to 0644',
    ]);
  });

  it('leaves a file of ours that was changed by hand, unless forced; then a copy is kept', () => {
    const found = [['/etc/u/a.service', file('mine\n')] as const, LINK];
    assert.deepEqual(plan(found, INSTALLED).refused, ['/etc/u/a.service was changed by hand']);
    assert.deepEqual(plan(found, record()).refused, ['/etc/u/a.service is there and is not ours']);
    const { steps } = plan(found, INSTALLED, { force: true });
    const [write] = steps;
    assert.ok(write?.kind === 'write-file');
    assert.equal(write.backup, `/b/a.service.${checksum('mine\n').slice(0, 16)}`);
  });

  it('leaves what is in the way of a link or a folder', () => {
    assert.deepEqual(plan([['/bin/a', file('')]]).refused, [
      'something else is at /bin/a: a link to /lib/a is needed there',
    ]);
    assert.deepEqual(plan([['/etc/u', file('')]]).refused.slice(0, 1), [
      'something else is at /etc/u: a folder is needed there',
    ]);
  });

  it('undoes what is no longer wanted: deeds first, then files', () => {
    const { done } = plan([['/etc/u/a.service', file('new\n')], LINK], INSTALLED, {
      wanted: [{ kind: 'action', action: RELOAD, on: ['/etc/u'] }],
    });
    assert.deepEqual(done, [
      'disable a.service',
      'have systemd read its units again',
      'remove /bin/a',
      'remove /etc/u/a.service',
      'have systemd read its units again',
    ]);
  });

  describe("with a file of somebody else's", () => {
    const theirs: Wanted = {
      kind: 'file',
      whose: 'theirs',
      path: '/etc/d.json',
      content: 'with us',
      mode: 0o644,
    };
    const kept = (exact: boolean, ...contents: string[]): Entry => ({
      kind: 'file',
      whose: 'theirs',
      path: '/etc/d.json',
      sums: contents.map(checksum),
      before: { kind: 'kept', backup: `/b/d.json.${checksum('before').slice(0, 16)}`, exact },
    });
    const one = (content: string, known?: HostRecord) =>
      plan([['/etc/d.json', file(content)]], known, { wanted: [theirs] }).steps;

    it('keeps what was there the first time', () => {
      const [step] = one('before');
      assert.ok(step?.kind === 'write-file');
      assert.deepEqual(step.entry, kept(true, 'before', 'with us'));
      assert.equal(step.backup, `/b/d.json.${checksum('before').slice(0, 16)}`);
    });

    it('is known to be no exact undo any more once somebody changed it in between', () => {
      const [step] = one('changed', record(kept(true, 'before', 'with us before')));
      assert.deepEqual(step?.entry, kept(false, 'changed', 'with us'));
    });

    it('keeps the first copy when only we changed it in between', () => {
      const [step] = one('with us before', record(kept(true, 'before', 'with us before')));
      assert.ok(step?.kind === 'write-file');
      assert.equal(step.backup, undefined);
      assert.deepEqual(step.entry, kept(true, 'with us before', 'with us'));
    });

    it('has nothing to do when it says what is wanted', () => {
      assert.deepEqual(one('with us'), []);
    });

    it('writes where a symbolic link leads', () => {
      const facts = factsFrom(
        new Map<string, Found>([
          ['/etc', { kind: 'folder' }],
          ['/etc/d.json', { kind: 'link', target: '/srv/d.json' }],
          ['/srv/d.json', file('before')],
        ]),
        new Map([['/etc/d.json', '/srv/d.json']]),
      );
      const { steps } = planHost([theirs], facts, EMPTY_RECORD, { force: false, backups: '/b' });
      assert.deepEqual(steps.map(describeHostStep), ['change /srv/d.json']);
    });
  });
});
