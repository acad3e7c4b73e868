import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { layoutOf } from '#src/render/layout.js';
import { renderRegistryConfig, SettingError } from '#src/render/registry-config.js';
import { DEFAULTS } from '#src/settings/defaults.js';

interface Config {
  storage: { filesystem: { rootdirectory: string } };
  http: { addr: string };
  mirror: { upstreams: { host: string }[]; images: string };
}

describe('renderRegistryConfig', () => {
  it('makes the file of the first run', () => {
    const config = parse(renderRegistryConfig(DEFAULTS, layoutOf('/mirror/docker'), 5000));
    assert.deepEqual(config, {
      version: 0.1,
      log: { level: 'info' },
      storage: { filesystem: { rootdirectory: '/mirror/docker/registry' }, delete: { enabled: true } },
      http: { addr: 'localhost:5000' },
      proxy: { remoteurl: 'https://registry-1.docker.io' },
      mirror: {
        upstreams: DEFAULTS.upstreams.map((host) => ({ host })),
        revalidate: '60s',
        push: 'loopback',
        images: '/mirror/docker/images/manifest.txt',
      },
    });
  });

  it('keeps a hostile path a path', () => {
    const part = fc
      .string({ unit: 'binary-ascii', minLength: 1 })
      .filter((text) => !/[/\p{Cc}]/u.test(text) && !/^\.+$/.test(text));
    fc.assert(
      fc.property(part, (name) => {
        const config = parse(renderRegistryConfig(DEFAULTS, layoutOf(`/m/${name}`), 5000)) as Config;
        assert.equal(config.storage.filesystem.rootdirectory, `/m/${name}/registry`);
        assert.equal(config.mirror.images, `/m/${name}/images/manifest.txt`);
        assert.equal(config.http.addr, 'localhost:5000');
      }),
    );
  });

  it('refuses what cannot be meant', () => {
    const layout = layoutOf('/m');
    assert.throws(() => renderRegistryConfig(DEFAULTS, layoutOf('/m\nauth: {}'), 5000), SettingError);
    assert.throws(() => renderRegistryConfig({ ...DEFAULTS, host: 'a\nb' }, layout, 5000), SettingError);
    assert.throws(
      () => renderRegistryConfig({ ...DEFAULTS, upstreams: ['ghcr.io\nx'] }, layout, 5000),
      SettingError,
    );
    assert.throws(
      () => renderRegistryConfig({ ...DEFAULTS, defaultUpstream: 'file:///etc' }, layout, 5000),
      SettingError,
    );
    assert.throws(
      () => renderRegistryConfig({ ...DEFAULTS, revalidate: 'soon' }, layout, 5000),
      SettingError,
    );
  });
});
