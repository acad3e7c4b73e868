import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configOf, problemsOf, warningsOf } from './configs.js';

function upstreams(lines: string) {
  return configOf(lines).upstreams.map(({ host, endpoint, isDefault }) => [host, endpoint.href, isDefault]);
}

const HUB = 'https://registry-1.docker.io/';

describe('upstreams', () => {
  it('knows Docker Hub under all its names', () => {
    assert.deepEqual(upstreams('proxy: {remoteurl: https://registry-1.docker.io}\n'), [
      ['docker.io', HUB, true],
    ]);
    assert.deepEqual(upstreams('proxy: {remoteurl: https://docker.io}\n'), [['docker.io', HUB, true]]);
    assert.deepEqual(upstreams('proxy: {remoteurl: https://index.docker.io}\n'), [
      ['docker.io', 'https://index.docker.io/', true],
    ]);
    assert.deepEqual(upstreams('mirror: {upstreams: [registry-1.docker.io]}\n'), [['docker.io', HUB, true]]);
  });

  it('names another default upstream by its host and port', () => {
    assert.deepEqual(upstreams('proxy: {remoteurl: "http://registry.lan:5000/prefix/"}\n'), [
      ['registry.lan:5000', 'http://registry.lan:5000/prefix/', true],
    ]);
  });

  it('reads entries as maps and as texts', () => {
    const lines = `
mirror:
  upstreams:
    - ghcr.io
    - quay.io=http://10.0.0.5:5000/quay
    - host: Registry.Example.com:8443
      ca: /ca.pem
      username: bob
      password: 0123
    - {host: "[::1]:5000", endpoint: "http://[::1]:5000"}
`;
    assert.deepEqual(upstreams(lines), [
      ['ghcr.io', 'https://ghcr.io/', false],
      ['quay.io', 'http://10.0.0.5:5000/quay', false],
      ['registry.example.com:8443', 'https://registry.example.com:8443/', false],
      ['[::1]:5000', 'http://[::1]:5000/', false],
    ]);
    const { ca, username, password } = configOf(lines).upstreams[2] ?? {};
    assert.deepEqual([ca, username, password], ['/ca.pem', 'bob', '0123']);
  });

  it('puts the default one first: that of proxy, else docker.io', () => {
    assert.deepEqual(
      upstreams('proxy: {remoteurl: http://a.lan}\nmirror: {upstreams: [ghcr.io, docker.io]}\n').map(
        ([host, , isDefault]) => [host, isDefault],
      ),
      [
        ['a.lan', true],
        ['ghcr.io', false],
        ['docker.io', false],
      ],
    );
    assert.deepEqual(
      upstreams('mirror: {upstreams: [ghcr.io, docker.io]}\n').map(([host, , isDefault]) => [
        host,
        isDefault,
      ]),
      [
        ['docker.io', true],
        ['ghcr.io', false],
      ],
    );
  });

  it('takes what the reference puts in brackets, with a warning', () => {
    const lines = 'proxy: {remoteurl: https://docker.io, username: [bob], password: [secret]}\n';
    const [hub] = configOf(lines).upstreams;
    assert.deepEqual([hub?.username, hub?.password], ['bob', 'secret']);
    assert.equal(warningsOf(lines).length, 2);
    assert.doesNotMatch(warningsOf(lines).join(), /secret/);
  });

  const bad: [string, string][] = [
    [
      'proxy: {remoteurl: registry-1.docker.io}',
      'c.yml:3:9: proxy.remoteurl: expected an http:// or https:// URL',
    ],
    ['proxy: {remoteurl: "ftp://a.lan"}', 'c.yml:3:9: proxy.remoteurl: expected an http:// or https:// URL'],
    [
      'proxy: {remoteurl: "https://a.lan/?x=1"}',
      'c.yml:3:9: proxy.remoteurl: expected an http:// or https:// URL without',
    ],
    ['proxy: {remoteurl: "https://a.lan:99999"}', 'c.yml:3:9: proxy.remoteurl: expected an http'],
    [
      'proxy: {remoteurl: "https://bob:x@a.lan"}',
      'c.yml:3:9: proxy.remoteurl: expected an http:// or https:// URL without a user name and password',
    ],
    ['proxy: {remoteurl: http://a.lan, username: bob}', 'c.yml:3:34: proxy.username: needs a password'],
    ['proxy: {remoteurl: http://a.lan, password: bob}', 'c.yml:3:34: proxy.password: needs a username'],
    [
      'proxy: {remoteurl: http://a.lan, username: [a, b], password: c}',
      'c.yml:3:34: proxy.username: expected a text',
    ],
    ['mirror: {upstreams: ghcr.io}', 'c.yml:3:10: mirror.upstreams: expected a list'],
    ['mirror: {upstreams: [{endpoint: http://a}]}', 'c.yml:3:22: mirror.upstreams[0]: needs a host'],
    ['mirror: {upstreams: [[a]]}', "c.yml:3:22: mirror.upstreams[0]: expected a registry's host"],
    ['mirror: {upstreams: [a.b, ghcr]}', 'c.yml:3:27: mirror.upstreams[1].host: expected a registry host'],
    [
      'mirror: {upstreams: ["https://ghcr.io"]}',
      'c.yml:3:22: mirror.upstreams[0].host: expected a host alone',
    ],
    [
      'mirror: {upstreams: ["ghcr.io/owner"]}',
      'c.yml:3:22: mirror.upstreams[0].host: expected a registry host',
    ],
    ['mirror: {upstreams: ["a.b:70000"]}', 'c.yml:3:22: mirror.upstreams[0].host: expected a registry host'],
    ['mirror: {upstreams: ["a.b=c"]}', 'c.yml:3:22: mirror.upstreams[0].endpoint: expected an http'],
    [
      'mirror: {upstreams: [{host: a.b, endpont: c}]}',
      'c.yml:3:34: mirror.upstreams[0].endpont: is not a known key; did',
    ],
    [
      'mirror:\n  upstreams:\n    - ghcr.io\n    - host: GHCR.io',
      'c.yml:6:7: mirror.upstreams[1]: ghcr.io is named twice; the first time by mirror.upstreams[0] (line 5)',
    ],
    [
      'proxy: {remoteurl: https://registry-1.docker.io}\nmirror: {upstreams: [docker.io]}',
      'c.yml:4:22: mirror.upstreams[0]: docker.io is named twice; the first time by proxy.remoteurl (line 3)',
    ],
  ];
  for (const [lines, expected] of bad) {
    it(`refuses ${lines.replaceAll('\n', '⏎')}`, () => {
      const problems = problemsOf(`${lines}\n`);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.ok(problems[0]?.startsWith(expected), problems[0]);
    });
  }
});
