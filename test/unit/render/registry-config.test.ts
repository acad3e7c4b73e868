import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { layoutOf } from '#src/render/layout.js';
import { renderRegistryConfig, SettingError } from '#src/render/registry-config.js';
import { parseEngineConfig } from '#src/settings/load-config.js';
import { readSettings } from '#src/settings/settings.js';
import { SettingsError } from '#src/settings/settings-error.js';
import { mirrorSettings, rootValues } from '../../parts/root-kconfig.js';

const layout = layoutOf('/mirror/docker');

function rendered(given: Readonly<Record<string, string>> = {}, port = 5000) {
  return parse(renderRegistryConfig(mirrorSettings(given), layout, port));
}

/** Every key of a document, with dots; an element of a list as `-`. */
function keysOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => keysOf(item, `${path}.-`));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => keysOf(inner, `${path}.${key}`));
}

describe('renderRegistryConfig', () => {
  it('makes the file of the first run', () => {
    assert.deepEqual(rendered(), {
      version: 0.1,
      log: { level: 'info' },
      storage: {
        filesystem: { rootdirectory: '/mirror/docker/registry' },
        delete: { enabled: true },
        maintenance: {
          uploadpurging: { enabled: true, age: '168h', interval: '24h' },
          readonly: { enabled: false },
        },
      },
      http: { addr: 'localhost:5000', draintimeout: '30s' },
      proxy: { remoteurl: 'https://registry-1.docker.io' },
      mirror: {
        upstreams: mirrorSettings().upstreams.others.map(({ host }) => ({ host })),
        revalidate: '60s',
        keepdigests: 3,
        offline: false,
        push: 'loopback',
        images: '/mirror/docker/images/manifest.txt',
      },
    });
  });

  it('has everything that can be set', () => {
    const config = rendered({
      DOCKER_MIRROR_LISTEN_LISTED: 'y',
      DOCKER_MIRROR_LISTEN_ADDRESSES: 'localhost 192.168.122.1 fd00::1',
      DOCKER_MIRROR_URL: 'https://mirror.example.com',
      DOCKER_MIRROR_DRAIN_SECONDS: '5',
      DOCKER_MIRROR_TLS_FILES: 'y',
      DOCKER_MIRROR_TLS_1_3: 'y',
      DOCKER_MIRROR_TLS_CLIENT_CA: '/a.pem /b.pem',
      DOCKER_MIRROR_AUTHENTICATION: 'y',
      DOCKER_MIRROR_PUSH_AUTHENTICATED: 'y',
      DOCKER_MIRROR_DELETE: 'n',
      DOCKER_MIRROR_READ_ONLY: 'y',
      DOCKER_MIRROR_PURGE_UPLOADS: 'n',
      DOCKER_MIRROR_DEFAULT_UPSTREAM: 'https://hub.example.com/copy',
      DOCKER_MIRROR_UPSTREAMS: 'quay.io r.example.com=http://10.0.0.5:5000',
      DOCKER_MIRROR_CREDENTIALS_FILE: '/etc/auth.json',
      DOCKER_MIRROR_REVALIDATE_SECONDS: '0',
      DOCKER_MIRROR_KEEP_DIGESTS: '12',
      DOCKER_MIRROR_OFFLINE: 'y',
      DOCKER_MIRROR_PREFETCH_BANDWIDTH: '40',
      DOCKER_MIRROR_LOG_DEBUG: 'y',
      DOCKER_MIRROR_LOG_FORMAT_JSON: 'y',
      DOCKER_MIRROR_ACCESS_LOG: 'n',
      DOCKER_MIRROR_DEBUG_PAGE: 'y',
    });
    assert.deepEqual(config, {
      version: 0.1,
      log: { level: 'debug', formatter: 'json', accesslog: { disabled: true } },
      storage: {
        filesystem: { rootdirectory: '/mirror/docker/registry' },
        delete: { enabled: false },
        maintenance: { uploadpurging: { enabled: false }, readonly: { enabled: true } },
      },
      http: {
        addr: 'localhost:5000',
        host: 'https://mirror.example.com/',
        draintimeout: '5s',
        tls: {
          certificate: '/etc/docker-mirror/tls.crt',
          key: '/etc/docker-mirror/tls.key',
          minimumtls: 'tls1.3',
          clientcas: ['/a.pem', '/b.pem'],
        },
        debug: { addr: 'localhost:5001' },
      },
      health: { storagedriver: { enabled: true } },
      auth: { htpasswd: { realm: 'docker-mirror', path: '/etc/docker-mirror/htpasswd' } },
      proxy: { remoteurl: 'https://hub.example.com/copy' },
      mirror: {
        listen: ['192.168.122.1:5000', '[fd00::1]:5000'],
        upstreams: [{ host: 'quay.io' }, { host: 'r.example.com', endpoint: 'http://10.0.0.5:5000' }],
        credentials: '/etc/auth.json',
        revalidate: '0s',
        keepdigests: 12,
        offline: true,
        background: { bandwidth: '40Mbit/s' },
        push: 'authenticated',
        images: '/mirror/docker/images/manifest.txt',
      },
    });
    const text = renderRegistryConfig(mirrorSettings({ DOCKER_MIRROR_LISTEN_ALL: 'y' }), layout, 6000);
    assert.deepEqual(parseEngineConfig(text, 'c', {}).config.http.listen, { host: '', port: 6000 });
  });

  it('names no upstream for a plain registry', () => {
    const config = rendered({ DOCKER_MIRROR_PULL_THROUGH_CACHE: 'n' });
    assert.deepEqual([config.proxy, config.mirror.upstreams], [undefined, undefined]);
  });

  it('keeps a hostile path a path', () => {
    const part = fc
      .string({ unit: 'binary-ascii', minLength: 1 })
      .filter((text) => !/[/\p{Cc}]/u.test(text) && !/^\.+$/.test(text));
    fc.assert(
      fc.property(part, (name) => {
        const config = parse(renderRegistryConfig(mirrorSettings(), layoutOf(`/m/${name}`), 5000));
        assert.equal(config.storage.filesystem.rootdirectory, `/m/${name}/registry`);
        assert.equal(config.mirror.images, `/m/${name}/images/manifest.txt`);
        assert.equal(config.http.addr, 'localhost:5000');
      }),
      { numRuns: 50 },
    );
    assert.throws(() => renderRegistryConfig(mirrorSettings(), layoutOf('/m\nauth: {}'), 5000), SettingError);
  });

  it('lets no value become a key: whatever is accepted gives a file with the same keys, that can be read', () => {
    const given = {
      DOCKER_MIRROR_AUTHENTICATION: 'y',
      DOCKER_MIRROR_TLS_FILES: 'y',
      DOCKER_MIRROR_CREDENTIALS_FILE: '/etc/auth.json',
      DOCKER_MIRROR_URL: 'https://mirror.example.com',
    };
    const values = rootValues(given);
    const texts = [
      'DOCKER_MIRROR_HTPASSWD_FILE',
      'DOCKER_MIRROR_REALM',
      'DOCKER_MIRROR_TLS_CERTIFICATE',
      'DOCKER_MIRROR_TLS_KEY',
      'DOCKER_MIRROR_CREDENTIALS_FILE',
      'DOCKER_MIRROR_URL',
      'DOCKER_MIRROR_DEFAULT_UPSTREAM',
    ];
    const expected = keysOf(rendered(given));
    const parts = [
      '\n',
      '"',
      "'",
      '\\',
      '#',
      ': ',
      '- ',
      '{{',
      '}}',
      '$x',
      '\u2028',
      '\t',
      ' ',
      'a',
      '/',
      '%',
    ];
    const hostile = fc
      .tuple(
        fc.constantFrom('/', 'https://h.example.com/', ''),
        fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ unit: 'binary', maxLength: 3 }))),
      )
      .map(([start, rest]) => `${start}${rest.join('')}`);
    let accepted = 0;
    fc.assert(
      fc.property(fc.constantFrom(...texts), hostile, (name, text) => {
        fc.pre(text !== '');
        let file: string;
        try {
          const { mirror } = readSettings(new Map(values).set(name, text), 'c');
          assert.ok(mirror !== undefined);
          file = renderRegistryConfig(mirror, layout, 5000);
        } catch (error) {
          assert.ok(error instanceof SettingsError, String(error));
          return;
        }
        accepted += 1;
        assert.deepEqual(keysOf(parse(file)), expected);
        parseEngineConfig(file, 'c', {});
      }),
      { numRuns: 400 },
    );
    assert.ok(accepted > 40, `${accepted} were accepted`);
  });
});
