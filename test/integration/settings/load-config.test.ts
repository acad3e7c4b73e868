import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ConfigError, formatProblem } from '#src/settings/config-problem.js';
import { formatConfig } from '#src/settings/describe-config.js';
import { loadEngineConfig } from '#src/settings/load-config.js';

/** The tests run compiled, two folders deeper; the fixtures stay where they are written. */
const FIXTURES = new URL('../../../../test/integration/settings/fixtures/', import.meta.url);

async function load(name: string) {
  const { config, warnings } = await loadEngineConfig(fileURLToPath(new URL(name, FIXTURES)), {});
  return { config, shown: formatConfig(config), named: warnings.map(({ key }) => key), warnings };
}

describe("Distribution's own documented example files", () => {
  it('config-example.yml loads', async () => {
    const { config, named } = await load('example.yml');
    assert.deepEqual(config.htpasswd, { realm: 'basic-realm', path: '/etc/registry' });
    assert.deepEqual(config.http.headers, { 'X-Content-Type-Options': ['nosniff'] });
    assert.deepEqual(named, ['storage.tag']);
  });

  it('config-dev.yml loads, and names what has no effect', async () => {
    const { config, named } = await load('dev.yml');
    assert.equal(config.log.level, 'debug');
    assert.equal(config.storage.deleteEnabled, true);
    assert.equal(config.storage.uploadPurging.enabled, false);
    assert.deepEqual(config.http.debug, { host: '', port: 5001 });
    assert.deepEqual(named, ['log.hooks', 'storage.tag', 'http.debug.prometheus', 'redis', 'notifications']);
  });

  it('config-cache.yml loads', async () => {
    const { config, named } = await load('cache.yml');
    const [hub] = config.upstreams;
    assert.deepEqual([hub?.host, hub?.isDefault, hub?.username], ['docker.io', true, 'username']);
    assert.deepEqual(named, ['redis', 'notifications', 'proxy.cacheTTL']);
  });

  it('the catalogue of all options in configuration.md loads: filesystem and htpasswd are used, the others named', async () => {
    const { config, named } = await load('reference.yml');
    assert.equal(config.storage.rootDirectory, '/var/lib/registry');
    assert.deepEqual(config.htpasswd, { realm: 'basic-realm', path: '/path/to/htpasswd' });
    assert.equal(config.http.tls?.certificate, '/path/to/x509/public');
    assert.equal(config.http.drainTimeout, 60_000);
    assert.equal(config.upstreams[0]?.username, 'username');
    for (const key of [
      'storage.s3',
      'storage.azure',
      'storage.inmemory',
      'auth.silly',
      'auth.token',
      'http.prefix',
      'http.tls.letsencrypt',
      'http.http2',
      'middleware',
      'validation',
      'health.tcp',
      'proxy.ttl',
    ]) {
      assert.ok(named.includes(key), `${key} is not named in ${named.join(', ')}`);
    }
  });

  for (const name of ['dev.yml', 'cache.yml', 'reference.yml']) {
    it(`nothing secret of ${name} is shown`, async () => {
      const { shown, warnings } = await load(name);
      assert.doesNotMatch(`${shown}${warnings.map(formatProblem).join('\n')}`, /not-shown/);
    });
  }
});

describe('loadEngineConfig: the file', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'settings-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function refused(path: string): Promise<string> {
    try {
      await loadEngineConfig(path, {});
    } catch (error) {
      assert.ok(error instanceof ConfigError);
      return error.message;
    }
    return assert.fail('it was accepted');
  }

  it('is missing', async () => {
    const path = join(folder, 'none.yml');
    assert.equal(await refused(path), `${path}: there is no such file`);
  });

  it('is a folder', async () => {
    assert.equal(await refused(folder), `${folder}: is a folder; expected a file`);
  });

  it('cannot be reached', async () => {
    const path = join(folder, 'circle.yml');
    await symlink(path, path);
    assert.equal(await refused(path), `${path}: cannot be read (ELOOP)`);
  });

  it('is no text', async () => {
    const path = join(folder, 'binary.yml');
    await writeFile(path, Buffer.from([0xff, 0xfe, 0x00]));
    assert.equal(await refused(path), `${path}: is not a text in UTF-8`);
  });

  it('begins with a byte order mark', async () => {
    const path = join(folder, 'bom.yml');
    await writeFile(path, '\uFEFFversion: 0.1\nstorage: filesystem\n');
    const { config } = await loadEngineConfig(path, { REGISTRY_HTTP_ADDR: ':1' });
    assert.equal(config.http.listen.port, 1);
  });
});
