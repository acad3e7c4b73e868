import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readSettings, rootSchema, type Settings, TOPIC_SYMBOLS } from '#src/settings/settings.js';
import { SettingsError } from '#src/settings/settings-error.js';
import { mirrorSettings, promptedSymbols, rootKconfig, rootValues } from '../../parts/root-kconfig.js';

/** What is said about values, one a line. */
function problemsOf(changes: Readonly<Record<string, string>>, given: Readonly<Record<string, string>> = {}) {
  const values = new Map([...rootValues(given), ...Object.entries(changes)]);
  try {
    readSettings(values, '/x/.config');
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error));
    assert.match(error.hint ?? '', /docker-mirror config set/);
    return error.problems.map(({ key, message }) => `${key}: ${message}`);
  }
  return assert.fail('the settings were accepted');
}

describe('readSettings', () => {
  it('reads every symbol that people are asked for, and no other', () => {
    const read = [rootSchema.shape, ...Object.values(TOPIC_SYMBOLS)].flatMap((shape) => Object.keys(shape));
    assert.deepEqual(
      read.toSorted(),
      promptedSymbols(rootKconfig())
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  it('has the defaults that Kconfig has', () => {
    const { place, listen, tls, access, upstreams, images, cleanup, health, engine, nfs } = mirrorSettings();
    assert.deepEqual(place, { port: 5000, path: '/mirror/docker', mode: 'auto', pullThrough: true });
    assert.deepEqual(listen, { hosts: ['localhost'], url: undefined, drainSeconds: 30 });
    assert.equal(tls.kind, 'none');
    assert.deepEqual(access, { htpasswd: undefined, push: 'loopback', delete: true, readOnly: false });
    assert.equal(upstreams.default?.href, 'https://registry-1.docker.io/');
    assert.ok(upstreams.others.some(({ host }) => host === 'ghcr.io'));
    // etcd is there twice, as an image of its own and as one of Milvus.
    assert.equal(images?.names.length, 15);
    assert.deepEqual(cleanup, { maxSize: 50, maxAgeDays: 30, leastRecentlyUsed: true, intervalMinutes: 60 });
    assert.deepEqual(health, { intervalMinutes: 15, restarts: 3 });
    assert.equal(engine.kind, 'built-in');
    assert.equal(nfs, undefined);
  });

  it('reads what is set', () => {
    const settings = mirrorSettings({
      DOCKER_MIRROR_LISTEN_LISTED: 'y',
      DOCKER_MIRROR_LISTEN_ADDRESSES: 'localhost  192.168.122.1 fd00::1',
      DOCKER_MIRROR_TLS_FILES: 'y',
      DOCKER_MIRROR_TLS_CLIENT_CA: '/a.pem /b.pem',
      DOCKER_MIRROR_AUTHENTICATION: 'y',
      DOCKER_MIRROR_PUSH_AUTHENTICATED: 'y',
      DOCKER_MIRROR_UPSTREAMS: 'quay.io registry.example.com=http://10.0.0.5:5000',
      DOCKER_MIRROR_PRELOAD_CUSTOM: 'y',
      DOCKER_MIRROR_CUSTOM_IMAGES: 'alpine:3.20 ghcr.io/owner/app:1.4 alpine:3.20',
      DOCKER_MIRROR_ARCHIVE: 'y',
      DOCKER_MIRROR_ARCHIVE_ZSTD: 'y',
      DOCKER_MIRROR_NFS: 'y',
    });
    assert.deepEqual(settings.listen.hosts, ['localhost', '192.168.122.1', 'fd00::1']);
    assert.deepEqual(settings.tls.clientCAs, ['/a.pem', '/b.pem']);
    assert.deepEqual(settings.access.htpasswd, {
      path: '/etc/docker-mirror/htpasswd',
      realm: 'docker-mirror',
    });
    assert.equal(settings.access.push, 'authenticated');
    assert.deepEqual(
      settings.upstreams.others.map(({ host, endpoint }) => [host, endpoint?.href]),
      [
        ['quay.io', undefined],
        ['registry.example.com', 'http://10.0.0.5:5000/'],
      ],
    );
    assert.deepEqual(settings.images?.names.slice(-2), ['alpine:3.20', 'ghcr.io/owner/app:1.4']);
    assert.deepEqual(settings.archive, { compression: 'zstd', keep: 1 });
    assert.equal(settings.nfs?.readOnly, true);
  });

  it('asks no upstream of a plain registry', () => {
    const { upstreams } = mirrorSettings({ DOCKER_MIRROR_PULL_THROUGH_CACHE: 'n' });
    assert.deepEqual([upstreams.default, upstreams.others], [undefined, []]);
  });

  it('sets no mirror up where none is wanted', () => {
    for (const off of [{ ENABLE_DOCKER_MIRROR: 'n' }, { INSTALL_DOCKER_MIRROR: 'n' }]) {
      assert.equal(readSettings(rootValues(off), 'c').mirror, undefined);
    }
  });

  it('names everything that is wrong at once', () => {
    assert.deepEqual(
      problemsOf({
        DOCKER_MIRROR_PORT: '65536',
        DOCKER_MIRROR_PATH: 'mirror',
        DOCKER_MIRROR_OFFLINE: 'maybe',
        DOCKER_MIRROR_UPSTREAMS: 'ghcr.io ghcr.io',
        DOCKER_MIRROR_MINIO_IMAGE: 'Not An Image',
        DOCKER_MIRROR_UPDATE_CALENDAR: 'daily\nExecStart=/bin/sh',
      }),
      [
        'DOCKER_MIRROR_PORT: expected a port from 1 to 65535; found "65536"',
        'DOCKER_MIRROR_PATH: expected an absolute path, such as /etc/docker-mirror/file; found "mirror"',
        'DOCKER_MIRROR_UPSTREAMS: expected each registry once (ghcr.io is there twice); found "ghcr.io ghcr.io"',
        'DOCKER_MIRROR_OFFLINE: expected y or n; found "maybe"',
        ...problemsOf({ DOCKER_MIRROR_MINIO_IMAGE: 'Not An Image' }),
        'DOCKER_MIRROR_UPDATE_CALENDAR: expected one line of at most 8192 characters; found "daily\\nExecStart=/bin/sh"',
      ],
    );
  });

  it('says what is missing', () => {
    const values = rootValues();
    values.delete('DOCKER_MIRROR_PORT');
    assert.throws(() => readSettings(values, 'c'), /^SettingsError: c: DOCKER_MIRROR_PORT: is not set$/);
  });

  it('shows no password of an URL', () => {
    const [problem = ''] = problemsOf({
      DOCKER_MIRROR_DEFAULT_UPSTREAM: 'https://me:secret@hub.example.com',
    });
    assert.match(problem, /without a user name and password/);
    assert.doesNotMatch(problem, /secret/);
  });

  it('refuses wrong values of every kind', () => {
    const asked = { DOCKER_MIRROR_LISTEN_LISTED: 'y', DOCKER_MIRROR_NFS: 'y', DOCKER_MIRROR_DEBUG_PAGE: 'y' };
    const wrong: [string, string][] = [
      ['DOCKER_MIRROR_LISTEN_ADDRESSES', ''],
      ['DOCKER_MIRROR_LISTEN_ADDRESSES', 'localhost:5000'],
      ['DOCKER_MIRROR_LISTEN_ADDRESSES', '1.2.3'],
      ['DOCKER_MIRROR_LISTEN_ADDRESSES', '::1 ::1'],
      ['DOCKER_MIRROR_NFS_CLIENTS', '10.0.0.0/8(rw,no_root_squash)'],
      ['DOCKER_MIRROR_DEBUG_ADDRESS', 'localhost'],
      ['DOCKER_MIRROR_DEBUG_ADDRESS', 'localhost:0'],
      ['DOCKER_MIRROR_PLATFORMS', 'amd64'],
      ['DOCKER_MIRROR_PREFETCH_WINDOW', '25:00-06:00'],
      ['DOCKER_MIRROR_DRAIN_SECONDS', '-1'],
      ['DOCKER_MIRROR_DRAIN_SECONDS', '1e3'],
      ['DOCKER_MIRROR_URL', 'ftp://mirror.example.com'],
      ['DOCKER_MIRROR_UPSTREAMS', 'https://ghcr.io'],
      ['DOCKER_MIRROR_UPSTREAMS', 'ghcr.io=ghcr.example.com'],
      ['DOCKER_MIRROR_UPSTREAMS', 'alpine'],
      ['DOCKER_MIRROR_CREDENTIALS_FILE', '~/.docker/config.json'],
    ];
    for (const [symbol, value] of wrong) {
      const found = problemsOf({ [symbol]: value }, asked);
      assert.equal(found.length, 1, `${symbol}=${value}`);
      assert.ok(found[0]?.startsWith(`${symbol}: expected `), found[0]);
    }
  });

  it('refuses or carries any text: no message and no value has a second line', () => {
    const names = [...rootValues().keys()];
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('a\nb', 'a\u0000b', '"', "'", '\u2028', '\ud800', 'x'.repeat(10_000), '$IFS', '`id`'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), hostile, (name, text) => {
        let settings: Settings;
        try {
          settings = readSettings(new Map(rootValuesOnce).set(name, text), 'c');
        } catch (error) {
          assert.ok(error instanceof SettingsError, String(error));
          for (const { message } of error.problems) assert.doesNotMatch(message, /[\p{Cc}\p{Zl}\p{Zp}]/u);
          return;
        }
        // JSON writes what is unfit with a backslash.
        assert.doesNotMatch(JSON.stringify(settings), /\\[nrtbfu]|[\u2028\u2029\u0085]/);
      }),
      { numRuns: 500 },
    );
  });
});

const rootValuesOnce = rootValues();
