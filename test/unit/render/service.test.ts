import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Found, factsFrom } from '#src/render/host/found.js';
import { planHost } from '#src/render/host/plan.js';
import { EMPTY_RECORD, type HostRecord, withEntry, withoutEntry } from '#src/render/host/record.js';
import { describeHostStep } from '#src/render/host/show.js';
import type { HostStep } from '#src/render/host/step.js';
import { planUndo } from '#src/render/host/undo.js';
import type { Wanted } from '#src/render/host/wanted.js';
import { layoutOf } from '#src/render/layout.js';
import { type ServiceFacts, wantedService } from '#src/render/service.js';
import { servicePlaces } from '#src/render/service-places.js';
import { renderUnits } from '#src/render/units.js';
import { mirrorSettings } from '../../parts/root-kconfig.js';
import { unitFacts } from '../../parts/unit-facts.js';

const layout = layoutOf('/mirror/docker');

interface Given {
  readonly settings?: Readonly<Record<string, string>>;
  readonly facts?: Partial<ServiceFacts>;
  readonly addresses?: readonly string[];
}

function wanted({ settings = {}, facts = {}, addresses = ['127.0.0.1:5000'] }: Given = {}): Wanted[] {
  const scope = facts.scope ?? 'system';
  return wantedService({
    scope,
    places: servicePlaces(scope, { home: '/home/me', env: {} }),
    layout,
    program: { id: 'one', files: [{ path: 'package.json', mode: 0o644, content: { text: '{}' } }] },
    commands: ['docker-mirror'],
    units: renderUnits(mirrorSettings(settings), unitFacts({ scope, addresses })),
    manPage: '.TH',
    completions: { bash: 'b', zsh: 'z' },
    settings: 'CONFIG_X=y\n',
    isUserOurs: true,
    foreign: [],
    ...facts,
  });
}

/** A host in memory, on which plans are carried out. */
class MemoryHost {
  readonly found = new Map<string, Found>();
  record: HostRecord = EMPTY_RECORD;

  /** @returns what was done, in words, without folders */
  apply(items: readonly Wanted[]): string[] {
    const facts = factsFrom(this.found);
    const { steps, refused } = planHost(items, facts, this.record, { force: false, backups: '/b' });
    assert.deepEqual(refused, []);
    return this.#make(steps);
  }

  undo(): string[] {
    const { steps, refused } = planUndo(this.record, factsFrom(this.found), {
      force: false,
      edited: new Map(),
    });
    assert.deepEqual(refused, []);
    return this.#make(steps);
  }

  #make(steps: readonly HostStep[]): string[] {
    for (const step of steps) {
      if (step.entry !== undefined) this.record = withEntry(this.record, step.entry);
      if (step.drops !== undefined) this.record = withoutEntry(this.record, step.drops);
      if (step.kind === 'make-folder') this.found.set(step.path, { kind: 'folder' });
      if (step.kind === 'place-tree') this.found.set(step.path, { kind: 'folder', isWhole: true });
      if (step.kind === 'make-link') this.found.set(step.path, { kind: 'link', target: step.target });
      if (step.kind === 'write-file') {
        this.found.set(step.path, { kind: 'file', bytes: Buffer.from(step.content), mode: step.mode });
      }
      if (step.kind.startsWith('remove-') && 'path' in step) this.found.delete(step.path);
    }
    return steps.filter(({ kind }) => kind !== 'note' && !kind.endsWith('-folder')).map(describeHostStep);
  }
}

describe('wantedService', () => {
  it('brings everything about, the service started once everything is there', () => {
    const host = new MemoryHost();
    const done = host.apply(wanted());
    assert.deepEqual(done.slice(0, 3), [
      'copy 1 files to /usr/local/lib/docker-mirror-one',
      'link /usr/local/lib/docker-mirror to /usr/local/lib/docker-mirror-one',
      'link /usr/local/bin/docker-mirror to /usr/local/lib/docker-mirror/scripts/docker-mirror',
    ]);
    const order = [
      'write /etc/systemd/system/docker-mirror.service',
      'make the users that /etc/sysusers.d/docker-mirror.conf names',
      'give /mirror/docker/registry to docker-mirror:docker-mirror',
      'have systemd read its units again',
      'stop docker-mirror.service',
      'restart docker-mirror.socket',
      'restart docker-mirror.service',
      'start, in the background, docker-mirror-update.service',
    ].map((step) => done.indexOf(step));
    assert.ok(!order.includes(-1), done.join('\n'));
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
  });

  it('is done nothing for when everything is there', () => {
    const host = new MemoryHost();
    host.apply(wanted());
    assert.deepEqual(host.apply(wanted()), []);
  });

  it('starts the mirror again for what concerns it, and for nothing else', () => {
    const host = new MemoryHost();
    host.apply(wanted());
    const changes = (given: Given) => host.apply(wanted(given)).filter((step) => !step.startsWith('change '));
    assert.deepEqual(changes({ settings: { DOCKER_MIRROR_UPDATE_CALENDAR: 'daily' } }), [
      'have systemd read its units again',
      'restart docker-mirror-update.timer',
    ]);
    assert.deepEqual(changes({ facts: { settings: 'CONFIG_X=n\n' } }), [
      'have systemd read its units again',
      'restart docker-mirror-update.timer',
    ]);
    assert.deepEqual(changes({ addresses: ['127.0.0.1:5001'] }), [
      'have systemd read its units again',
      'forget earlier failures of docker-mirror.service',
      'stop docker-mirror.service',
      'restart docker-mirror.socket',
      'restart docker-mirror.service',
    ]);
  });

  it('takes a new program, and removes the old one when nothing runs from it any more', () => {
    const host = new MemoryHost();
    host.apply(wanted());
    const program = { id: 'two', files: [] };
    assert.deepEqual(host.apply(wanted({ facts: { program } })), [
      'copy 0 files to /usr/local/lib/docker-mirror-two',
      'link /usr/local/lib/docker-mirror to /usr/local/lib/docker-mirror-two',
      'forget earlier failures of docker-mirror.service',
      'restart docker-mirror.service',
      'remove /usr/local/lib/docker-mirror-one with all that is in it',
    ]);
  });

  it('takes the timer away when updates are turned off', () => {
    const host = new MemoryHost();
    host.apply(wanted());
    const done = host.apply(wanted({ settings: { DOCKER_MIRROR_UPDATE: 'n' } }));
    assert.deepEqual(done, [
      'stop docker-mirror-update.service',
      'stop docker-mirror-update.timer',
      'disable docker-mirror-update.timer',
      'remove what systemd keeps of docker-mirror-update.timer',
      'remove /etc/systemd/system/docker-mirror-update.timer',
      'remove /etc/systemd/system/docker-mirror-update.service',
      'have systemd read its units again',
    ]);
  });

  it('is undone backwards: stopped first, the user last, and what stays is root’s', () => {
    const host = new MemoryHost();
    host.apply(wanted());
    const undone = host.undo();
    assert.equal(undone[0], 'stop docker-mirror-update.service');
    assert.equal(undone.at(-1), 'remove the user docker-mirror');
    const order = [
      'stop docker-mirror.service',
      'stop docker-mirror.socket',
      'give /mirror/docker/registry to root:root',
      'remove /etc/systemd/system/docker-mirror.service',
      'remove /usr/local/lib/docker-mirror-one with all that is in it',
      'have systemd read its units again',
      'remove the user docker-mirror',
    ].map((step) => undone.indexOf(step));
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
    assert.ok(!order.includes(-1));
    assert.deepEqual([...host.found.keys()], []);
    assert.deepEqual(host.record.entries, []);
  });

  it('leaves a user alone that was there before', () => {
    const host = new MemoryHost();
    host.apply(wanted({ facts: { isUserOurs: false } }));
    assert.ok(!host.undo().includes('remove the user docker-mirror'));
  });

  it('keeps to the home of a user, and asks nothing of root', () => {
    const host = new MemoryHost();
    const done = host.apply(wanted({ facts: { scope: 'user' } }));
    const paths = [...host.found.keys()];
    assert.deepEqual(
      paths.filter((path) => !'/home/me'.startsWith(path) && !path.startsWith('/home/me/')),
      [],
    );
    assert.ok(paths.includes('/home/me/.config/systemd/user/docker-mirror.service'));
    assert.ok(!done.some((step) => /users|give/.test(step)), done.join('\n'));
  });
});

describe('servicePlaces', () => {
  it('follows the XDG base directories, absolute ones only', () => {
    const env = { XDG_CONFIG_HOME: '/c', XDG_DATA_HOME: 'relative' };
    const places = servicePlaces('user', { home: '/home/me', env });
    assert.equal(places.units, '/c/systemd/user');
    assert.equal(places.settings, '/c/docker-mirror/.config');
    assert.equal(places.manPages, '/home/me/.local/share/man/man1');
  });
});
