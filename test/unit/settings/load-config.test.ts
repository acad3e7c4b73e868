import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigError } from '#src/settings/config-problem.js';
import { parseEngineConfig } from '#src/settings/load-config.js';
import { configIn, configOf, LEAST, problemsIn, problemsOf, warningsOf } from './configs.js';

describe('parseEngineConfig: defaults', () => {
  it('fills in everything that is not written', () => {
    assert.deepEqual(configOf(''), {
      log: { level: 'info', formatter: 'auto', accessLog: true, fields: {} },
      storage: {
        rootDirectory: '/data',
        deleteEnabled: false,
        readOnly: false,
        uploadPurging: { enabled: true, age: 604_800_000, interval: 86_400_000, dryRun: false },
      },
      http: {
        listen: { host: '', port: 5000 },
        host: undefined,
        relativeUrls: false,
        headers: {},
        tls: undefined,
        drainTimeout: 30_000,
        debug: undefined,
      },
      htpasswd: undefined,
      health: { storage: { enabled: false, interval: 10_000, threshold: 1 } },
      upstreams: [],
      mirror: {
        credentials: undefined,
        revalidate: 60_000,
        keepDigests: 3,
        offline: false,
        push: 'loopback',
        images: undefined,
      },
    });
    assert.deepEqual(warningsOf(''), []);
  });

  it('keeps images where Distribution does when no folder is named', () => {
    for (const text of ['storage: filesystem', 'storage: {filesystem: }', 'storage: {filesystem: {}}']) {
      const lines = `version: 0.1\n${text}\n`;
      assert.deepEqual(configIn(lines).storage.rootDirectory, '/var/lib/registry');
    }
  });

  it('takes an empty section for one that is not there', () => {
    assert.deepEqual(configOf('log:\nhttp:\nauth:\nhealth: ~\nproxy:\nmirror: null\n'), configOf(''));
  });
});

describe('parseEngineConfig: values', () => {
  it('reads every key that is honoured', () => {
    const config = configOf(`
log: {level: DEBUG, formatter: json, accesslog: {disabled: yes}, fields: {service: mirror, shelf: 007}}
http:
  addr: localhost:5001
  net: tcp
  host: https://mirror.example.com/base/
  secret: quiet
  relativeurls: on
  draintimeout: 90s
  headers: {X-Content-Type-Options: [nosniff], X-Two: [a, b]}
  debug: {addr: 'localhost:5002'}
  tls:
    certificate: cert.pem
    key: key.pem
    clientcas: [a.pem, b.pem]
    minimumtls: tls1.3
    ciphersuites: [TLS_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
auth: {htpasswd: {realm: The Mirror, path: users}}
health: {storagedriver: {enabled: true, interval: 1m, threshold: 4}}
mirror: {credentials: auth.json, revalidate: 0, keepdigests: 7, offline: true, push: authenticated, images: list.txt, background: {bandwidth: 40Mbit/s}}
`);
    assert.deepEqual(config.log, {
      level: 'debug',
      formatter: 'json',
      accessLog: false,
      fields: { service: 'mirror', shelf: '007' },
    });
    assert.deepEqual(config.http, {
      listen: { host: 'localhost', port: 5001 },
      host: new URL('https://mirror.example.com/base/'),
      relativeUrls: true,
      headers: { 'X-Content-Type-Options': ['nosniff'], 'X-Two': ['a', 'b'] },
      tls: {
        certificate: 'cert.pem',
        key: 'key.pem',
        clientCAs: ['a.pem', 'b.pem'],
        minimumTls: 'TLSv1.3',
        cipherSuites: ['ECDHE-RSA-AES128-GCM-SHA256'],
      },
      drainTimeout: 90_000,
      debug: { host: 'localhost', port: 5002 },
    });
    assert.deepEqual(config.htpasswd, { realm: 'The Mirror', path: 'users' });
    assert.deepEqual(config.health, { storage: { enabled: true, interval: 60_000, threshold: 4 } });
    assert.deepEqual(config.mirror, {
      credentials: 'auth.json',
      revalidate: 0,
      keepDigests: 7,
      offline: true,
      push: 'authenticated',
      images: 'list.txt',
      background: { bandwidth: 5_000_000 },
    });
  });

  it('reads storage', () => {
    const text = `version: 0.1
storage:
  filesystem: {rootdirectory: here, maxthreads: 100}
  delete: {enabled: true}
  cache: {blobdescriptor: inmemory}
  redirect: {disable: true}
  maintenance:
    uploadpurging: {enabled: false, age: 1h, interval: 0, dryrun: true}
    readonly: {enabled: true}
`;
    assert.deepEqual(configIn(text).storage, {
      rootDirectory: 'here',
      deleteEnabled: true,
      readOnly: true,
      uploadPurging: { enabled: false, age: 3_600_000, interval: 0, dryRun: true },
    });
  });

  it('lets log.level win over the old loglevel, which is warned about', () => {
    assert.equal(configOf('loglevel: debug\n').log.level, 'debug');
    assert.equal(configOf('loglevel: debug\nlog: {level: warn}\n').log.level, 'warn');
    assert.deepEqual(warningsOf('loglevel: debug\n'), [
      'c.yml:3:1: loglevel: is an old name; write log.level',
    ]);
  });
});

describe('parseEngineConfig: addresses', () => {
  it('listens on several', () => {
    const { http } = configOf(
      'http: {addr: "localhost:1"}\nmirror: {listen: ["localhost:2", "[fd00::1]:1"]}\n',
    );
    assert.deepEqual(http.alsoListen, [
      { host: 'localhost', port: 2 },
      { host: 'fd00::1', port: 1 },
    ]);
    assert.equal(configOf('mirror: {listen: []}\n').http.alsoListen, undefined);
  });
});

describe('parseEngineConfig: wrong values, each with file, line and key', () => {
  const cases: [string, string][] = [
    ['log: {level: loud}', 'c.yml:3:7: log.level: expected one of error, warn, info, debug; found "loud"'],
    ['log: {formatter: xml}', 'c.yml:3:7: log.formatter: expected one of text, json, logstash; found "xml"'],
    ['log: {fields: {a: [b]}}', 'c.yml:3:16: log.fields.a: expected a text; found a list'],
    ['log: [a]', 'c.yml:3:1: log: expected a map of keys and values; found a list'],
    ['log: loud', 'c.yml:3:1: log: expected a map of keys and values; found "loud"'],
    ['loglevel: loud', 'c.yml:3:1: loglevel: expected one of error, warn, info, debug; found "loud"'],
    [
      'http:\n  tls:\n    minimumtls: tls1.1',
      'c.yml:5:5: http.tls.minimumtls: expected one of tls1.2, tls1.3; found "tls1.1"',
    ],
    ['http: {net: unix}', 'c.yml:3:8: http.net: expected one of tcp; found "unix"'],
    ['http: {host: mirror.example.com}', 'c.yml:3:8: http.host: expected an http:// or https:// URL'],
    ['http: {relativeurls: maybe}', 'c.yml:3:8: http.relativeurls: expected true or false; found "maybe"'],
    ['http: {relativeurls: "true"}', 'c.yml:3:8: http.relativeurls: expected true or false without quotes'],
    ['http: {draintimeout: 10}', 'c.yml:3:8: http.draintimeout: expected a duration with a unit'],
    ['http: {headers: {X-A: nosniff}}', 'c.yml:3:18: http.headers.X-A: expected a list of texts'],
    ['http: {headers: {X A: [b]}}', 'c.yml:3:18: http.headers.X A: is not the name of a header'],
    ['http: {headers: {X-A: ["b\\r\\nSet-Cookie: c"]}}', 'c.yml:3:18: http.headers.X-A: has a character'],
    [
      'http: {addr: ":5000", debug: {addr: ":5000"}}',
      'c.yml:3:31: http.debug.addr: expected another address',
    ],
    ['http: {tls: {certificate: a}}', 'c.yml:3:14: http.tls.certificate: needs http.tls.key beside it'],
    ['http: {tls: {key: a}}', 'c.yml:3:14: http.tls.key: needs http.tls.certificate beside it'],
    ['http: {tls: {clientcas: [a]}}', 'c.yml:3:14: http.tls.clientcas: needs http.tls.certificate and'],
    ['http: {tls: {letsencrypt: {email: a@b.c}}}', 'c.yml:3:14: http.tls.letsencrypt: is not supported here'],
    [
      'http: {tls: {certificate: a, key: b, ciphersuites: [RC4]}}',
      'c.yml:3:38: http.tls.ciphersuites: expected names such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256; found "RC4"',
    ],
    ['auth: {htpasswd: {path: a}}', 'c.yml:3:8: auth.htpasswd: needs a realm'],
    ['auth: {htpasswd: {realm: a}}', 'c.yml:3:8: auth.htpasswd: needs a path'],
    ['auth: {htpasswd: {realm: "a\\nb", path: c}}', 'c.yml:3:19: auth.htpasswd.realm: expected letters'],
    ['auth: htpasswd', 'c.yml:3:1: auth.htpasswd: needs a realm'],
    [
      'auth: {token: {realm: a}}',
      'c.yml:3:8: auth.token: is not supported here, and without it everybody could',
    ],
    [
      'auth: {htpaswd: {realm: a}}',
      'c.yml:3:8: auth.htpaswd: is not a known kind of authentication; did you mean htpasswd?',
    ],
    [
      'health: {storagedriver: {threshold: -1}}',
      'c.yml:3:26: health.storagedriver.threshold: expected a whole number',
    ],
    [
      'mirror: {push: everyone}',
      'c.yml:3:10: mirror.push: expected one of none, loopback, authenticated; found "everyone"',
    ],
    ['mirror: {push: authenticated}', 'c.yml:3:10: mirror.push: authenticated needs auth.htpasswd'],
    [
      'mirror: {keepdigests: 0}',
      'c.yml:3:10: mirror.keepdigests: expected a whole number from 1 to 100; found "0"',
    ],
    [
      'mirror: {keepdigests: 101}',
      'c.yml:3:10: mirror.keepdigests: expected a whole number from 1 to 100; found "101"',
    ],
    ['mirror: {offline: 1}', 'c.yml:3:10: mirror.offline: expected true or false; found "1"'],
    ['mirror: {pusch: none}', 'c.yml:3:10: mirror.pusch: is not a known key; did you mean push?'],
    [
      'mirror: {listen: x}',
      'c.yml:3:10: mirror.listen: expected a list of texts, such as [one, two]; found "x"',
    ],
    ['mirror: {listen: [10.0.0.1]}', 'c.yml:3:10: mirror.listen: expected a list of HOST:PORT, such as'],
    [
      'http: {addr: "localhost:5000"}\nmirror: {listen: ["127.0.0.1:5000"]}',
      'c.yml:4:10: mirror.listen: 127.0.0.1:5000 is a part of another address',
    ],
    [
      'http: {addr: "10.0.0.1:5000"}\nmirror: {listen: [":5000"]}',
      'c.yml:4:10: mirror.listen: :5000 is a part of another address',
    ],
    ['mirror: {retain: 1}', 'c.yml:3:10: mirror.retain: is not a known key'],
    [
      'http:\n  addr: ":1"\n  addr: ":2"',
      'c.yml:5:3: http.addr: is written twice; the first one is in line 4',
    ],
  ];
  for (const [lines, expected] of cases) {
    it(lines.replaceAll('\n', '⏎'), () => {
      const problems = problemsOf(`${lines}\n`);
      assert.ok(
        problems.some((problem) => problem.startsWith(expected)),
        problems.join('\n'),
      );
    });
  }

  const whole: [string, string][] = [
    ['', 'c.yml: version: is missing; expected version: 0.1'],
    ['just words', 'c.yml:1:1: expected a map of keys and values; found "just words"'],
    ['version: 0.2\nstorage: filesystem', 'c.yml:1:1: version: expected 0.1; found "0.2"'],
    ['version: 0.1', 'c.yml: storage: expected a filesystem section with a rootdirectory'],
    ['version: 0.1\nstorage: {delete: {enabled: true}}', 'c.yml:2:1: storage: expected a filesystem section'],
    [
      'version: 0.1\nstorage: inmemory',
      'c.yml:2:1: storage.inmemory: this storage driver is not supported here',
    ],
    [
      'version: 0.1\nstorage: {s3: {bucket: a}}',
      'c.yml:2:11: storage.s3: this storage driver is not supported',
    ],
    [
      'version: 0.1\nstorage: {filesystem: , maintenance: {uploadpurging: {interval: 0s}}}',
      'c.yml:2:55: storage.maintenance.uploadpurging.interval: expected at least 1s; found 0s',
    ],
    ['version: 0.1\nhttp: {\n', 'c.yml:3:1: not YAML: '],
  ];
  for (const [text, expected] of whole) {
    it(text === '' ? 'an empty file' : text.replaceAll('\n', '⏎'), () => {
      const problems = problemsIn(text);
      assert.ok(
        problems.some((problem) => problem.startsWith(expected)),
        problems.join('\n'),
      );
    });
  }

  it('collects all of them, in the order of the file', () => {
    const problems = problemsOf('mirror: {push: a, revalidate: b}\nlog: {level: c}\nhttp: {addr: d}\n');
    assert.deepEqual(
      problems.map((problem) => problem.split(': ').slice(0, 2)),
      [
        ['c.yml:3:10', 'mirror.push'],
        ['c.yml:3:19', 'mirror.revalidate'],
        ['c.yml:4:7', 'log.level'],
        ['c.yml:5:8', 'http.addr'],
      ],
    );
  });

  it('never repeats a password', () => {
    const text = `proxy: {remoteurl: 'https://bob:hunter2@example.com', username: bob, password: {a: hunter2}}
mirror: {upstreams: ['ghcr.io=https://bob:hun/ter2@x', {host: 'https://bob:hunter2@x.io'}]}\n`;
    const problems = problemsOf(text).join('\n');
    assert.match(problems, /proxy\.remoteurl/);
    assert.doesNotMatch(problems, /ter2/);
  });
});

describe('parseEngineConfig: what has no effect is named', () => {
  const cases: [string, string][] = [
    ['http: {http2: {disabled: true}}', 'c.yml:3:8: http.http2: is not supported here and has no effect'],
    ['http: {prefix: /a/}', 'c.yml:3:8: http.prefix: is not supported here and has no effect'],
    [
      'http: {debug: {addr: ":1", prometheus: {enabled: true}}}',
      'c.yml:3:28: http.debug.prometheus: is not supported',
    ],
    ['http: {adr: ":1"}', 'c.yml:3:8: http.adr: is not a known key; did you mean addr? It has no effect'],
    ['redis: {addr: "localhost:1"}', 'c.yml:3:1: redis: is not supported here and has no effect'],
    ['notifications: {endpoints: []}', 'c.yml:3:1: notifications: is not supported here and has no effect'],
    [
      'middleware: {storage: a, storage: b}',
      'c.yml:3:1: middleware: is not supported here and has no effect',
    ],
    ['health: {tcp: []}', 'c.yml:3:10: health.tcp: is not supported here and has no effect'],
    ['log: {formatter: logstash}', 'c.yml:3:7: log.formatter: logstash is not supported here; json is used'],
    ['proxy: {ttl: 1h}', 'c.yml:3:9: proxy.ttl: is not supported here and has no effect'],
    ['proxy: {cacheTTL: 1h}', 'c.yml:3:9: proxy.cacheTTL: is not a known key and has no effect'],
    ['proxy: {username: a, password: b}', 'c.yml:3:9: proxy.username: has no effect without proxy.remoteurl'],
    ['mirrors: []', 'c.yml:3:1: mirrors: is not a known key; did you mean mirror? It has no effect'],
    [
      'auth: {htpasswd: {realm: a, path: b}, token: {}}',
      'c.yml:3:39: auth.token: is not supported here and has no effect',
    ],
  ];
  for (const [lines, expected] of cases) {
    it(lines, () => {
      const warnings = warningsOf(`${lines}\n`);
      assert.equal(warnings.length, 1, warnings.join('\n'));
      assert.ok(warnings[0]?.startsWith(expected), warnings[0]);
    });
  }

  it('also beside problems', () => {
    assert.throws(
      () => parseEngineConfig(`${LEAST}http: {adr: 1, addr: 2}\n`, 'c.yml', {}),
      (error: unknown) => error instanceof ConfigError && error.warnings[0]?.key === 'http.adr',
    );
  });
});
