import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configIn, configOf, problemsOf, warningsOf } from './configs.js';

describe('environment: values', () => {
  it('overrides what the file says', () => {
    const config = configOf('http: {addr: ":1"}\nlog: {level: info}\n', {
      REGISTRY_HTTP_ADDR: '127.0.0.1:7',
      REGISTRY_LOG_LEVEL: 'debug',
      REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: '/elsewhere',
      REGISTRY_PROXY_REMOTEURL: 'https://registry-1.docker.io',
      REGISTRY_STORAGE_DELETE_ENABLED: 'true',
    });
    assert.deepEqual(config.http.listen, { host: '127.0.0.1', port: 7 });
    assert.equal(config.log.level, 'debug');
    assert.equal(config.storage.rootDirectory, '/elsewhere');
    assert.equal(config.storage.deleteEnabled, true);
    assert.equal(config.upstreams[0]?.host, 'docker.io');
  });

  it('reads them as YAML', () => {
    const config = configOf('', {
      REGISTRY_HTTP_HEADERS: '{X-A: [b, c]}',
      REGISTRY_LOG_FIELDS_SHELF: '007',
      REGISTRY_HTTP_ADDR: '"[::1]:5000"',
    });
    assert.deepEqual(config.http.headers, { 'X-A': ['b', 'c'] });
    assert.deepEqual(config.log.fields, { shelf: '007' });
    assert.deepEqual(config.http.listen, { host: '::1', port: 5000 });
  });

  it('unsets a value with an empty one', () => {
    assert.equal(configOf('http: {addr: ":1"}\n', { REGISTRY_HTTP_ADDR: '' }).http.listen.port, 5000);
  });

  it('replaces a whole map, and applies shorter names first', () => {
    const config = configOf('', {
      REGISTRY_STORAGE_FILESYSTEM_MAXTHREADS: '9',
      REGISTRY_STORAGE_FILESYSTEM: '{rootdirectory: /two}',
      REGISTRY_STORAGE: '{filesystem: {rootdirectory: /one}, delete: {enabled: true}}',
    });
    assert.equal(config.storage.rootDirectory, '/two');
    assert.equal(config.storage.deleteEnabled, true);
  });

  it('fills in the kind of authentication named by another variable', () => {
    const config = configOf('', {
      REGISTRY_AUTH: 'htpasswd',
      REGISTRY_AUTH_HTPASSWD_REALM: 'Mirror',
      REGISTRY_AUTH_HTPASSWD_PATH: '/users',
    });
    assert.deepEqual(config.htpasswd, { realm: 'Mirror', path: '/users' });
  });

  it('finds keys whatever their case in the file', () => {
    const config = configOf('http: {headers: {X-A: [b]}}\n', { 'REGISTRY_HTTP_HEADERS_x-a': '[c]' });
    assert.deepEqual(config.http.headers, { 'X-A': ['c'] });
  });

  it('sets and appends elements of lists', () => {
    const tls = 'http: {tls: {certificate: c, key: k, clientcas: [a, b]}}\n';
    const config = configOf(tls, {
      REGISTRY_HTTP_TLS_CLIENTCAS_1: 'changed',
      REGISTRY_HTTP_TLS_CLIENTCAS_2: 'appended',
    });
    assert.deepEqual(config.http.tls?.clientCAs, ['a', 'changed', 'appended']);
  });

  it('makes more than ten elements in their order', () => {
    const names = Array.from({ length: 12 }, (_, n) => [
      `REGISTRY_MIRROR_UPSTREAMS_${n}_HOST`,
      `r${n}.example.com`,
    ]);
    const { upstreams } = configOf('', Object.fromEntries(names.reverse()));
    assert.deepEqual(
      upstreams.map(({ host }) => host),
      Array.from({ length: 12 }, (_, n) => `r${n}.example.com`),
    );
  });

  it('sets our own section', () => {
    const { mirror } = configOf('', { REGISTRY_MIRROR_OFFLINE: 'true', REGISTRY_MIRROR_REVALIDATE: '5m' });
    assert.equal(mirror.offline, true);
    assert.equal(mirror.revalidate, 300_000);
  });

  it('is enough without a section in the file', () => {
    const config = configIn('version: 0.1\n', { REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: '/data' });
    assert.equal(config.storage.rootDirectory, '/data');
  });

  it('mends a key that was written twice', () => {
    const config = configOf('http:\n  addr: ":1"\n  addr: ":2"\n', { REGISTRY_HTTP_ADDR: ':3' });
    assert.equal(config.http.listen.port, 3);
  });
});

describe('environment: what is wrong names the variable', () => {
  const cases: [Record<string, string>, string][] = [
    [{ REGISTRY_HTTP_ADDR: '5000' }, 'REGISTRY_HTTP_ADDR: http.addr: expected HOST:PORT'],
    [
      { REGISTRY_LOG_LEVEL: 'loud' },
      'REGISTRY_LOG_LEVEL: log.level: expected one of error, warn, info, debug',
    ],
    [
      { REGISTRY_HTTP_RELATIVEURLS: 'maybe' },
      'REGISTRY_HTTP_RELATIVEURLS: http.relativeurls: expected true or false',
    ],
    [
      { REGISTRY_HTTP_HEADERS: '[1]' },
      'REGISTRY_HTTP_HEADERS: http.headers: expected a map of keys and values',
    ],
    [{ REGISTRY_HTTP_ADDR: '[::1]:5000' }, 'REGISTRY_HTTP_ADDR: its value is not YAML; a value with special'],
    [
      { REGISTRY_MIRROR_PUSCH: 'none' },
      'REGISTRY_MIRROR_PUSCH: mirror.pusch: is not a known key; did you mean push?',
    ],
    [
      { REGISTRY_MIRROR_UPSTREAMS_1: 'ghcr.io' },
      'REGISTRY_MIRROR_UPSTREAMS_1: names an element of a list: expected 0; found "1"',
    ],
    [
      { REGISTRY_MIRROR_UPSTREAMS: '[ghcr.io]', REGISTRY_MIRROR_UPSTREAMS_X: 'a' },
      'REGISTRY_MIRROR_UPSTREAMS_X: names an element of a list: expected a number from 0 to 1; found "X"',
    ],
    [
      { REGISTRY_STORAGE: 'inmemory' },
      'REGISTRY_STORAGE: storage.inmemory: this storage driver is not supported',
    ],
  ];
  for (const [environment, expected] of cases) {
    it(Object.keys(environment).join(' and '), () => {
      const problems = problemsOf('', environment);
      assert.ok(
        problems.some((problem) => problem.startsWith(expected)),
        problems.join('\n'),
      );
    });
  }

  it('without repeating a value that is no YAML, which may be a password', () => {
    const [problem] = problemsOf('', { REGISTRY_PROXY_PASSWORD: '@hunter2: {' });
    assert.match(problem ?? '', /^REGISTRY_PROXY_PASSWORD: /);
    assert.doesNotMatch(problem ?? '', /hunter2/);
  });
});

describe('environment: what has no effect', () => {
  const cases: [string, string, string][] = [
    ['REGISTRY_HTTP_ADR', ':1', 'REGISTRY_HTTP_ADR: http.adr: is not a known key; did you mean addr?'],
    ['REGISTRY_URL', 'x', 'REGISTRY_URL: url: is not a known key'],
    ['REGISTRY_VERSION', '0.2', 'REGISTRY_VERSION: version: cannot be set by the environment'],
    ['REGISTRY_REDIS_ADDR', 'a:1', 'REGISTRY_REDIS_ADDR: redis: is not supported here'],
    [
      'REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY_X',
      '1',
      'REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY_X: has no effect',
    ],
  ];
  for (const [name, value, expected] of cases) {
    it(name, () => {
      const warnings = warningsOf('', { [name]: value });
      assert.ok(
        warnings.some((warning) => warning.startsWith(expected)),
        warnings.join('\n'),
      );
    });
  }

  it("leaves podman's REGISTRY_AUTH_FILE and other programs' variables alone", () => {
    const environment = {
      REGISTRY_AUTH_FILE: '/a',
      REGISTRYX_HTTP_ADDR: 'a',
      registry_http_addr: 'b',
      PATH: 'c',
    };
    assert.deepEqual(warningsOf('', environment), []);
    assert.equal(configOf('', environment).htpasswd, undefined);
  });
});
