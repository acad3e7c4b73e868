import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildkitdToml } from '#src/render/clients/buildkitd-toml.js';
import { withConfigPath } from '#src/render/clients/containerd-config.js';
import { hostsToml } from '#src/render/clients/hosts-toml.js';
import { registriesConf } from '#src/render/clients/registries-conf.js';
import { tomlString } from '#src/render/toml-string.js';
import { accessTo } from '../../parts/access.js';
import { lacking } from '../../parts/needs.js';

/** Python's own TOML reader, as somebody else's word. Takes a list of texts, gives a list of values. */
const READER = `
import json, sys
try:
    import tomllib
except ImportError:
    sys.exit('this Python has no tomllib')
json.dump([tomllib.loads(text) for text in json.load(sys.stdin)], sys.stdout)
`;
const PYTHON = ['/usr/bin/python3', 'python3'];

function readToml(texts: readonly string[]): unknown[] {
  const input = JSON.stringify(texts);
  for (const python of PYTHON) {
    try {
      return JSON.parse(execFileSync(python, ['-c', READER], { input, encoding: 'utf8' })) as unknown[];
    } catch (error) {
      if (python === PYTHON.at(-1)) throw error;
    }
  }
  return [];
}

const HOSTILE = [
  '"',
  '\\',
  '\n',
  '\r',
  '\t',
  '\0',
  '\u007f',
  '\u0085',
  '\u2028',
  '#',
  '[',
  ']',
  '"""',
  "'",
  '=',
  '\ud800',
  '😀',
];

describe('TOML that is written here', { skip: lacking({ programs: ['python3'] }) }, () => {
  const access = accessTo('http://10.0.0.1:5000');

  it('holds any text as exactly that text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...HOSTILE)).map((parts) => parts.join('')),
    );
    const texts = fc.sample(text, 500);
    const values = readToml([texts.map((each, index) => `a${index} = ${tomlString(each)}\n`).join('')]);
    assert.deepEqual(
      Object.values(values[0] as object),
      texts.map((each) => each.replace(/\p{Surrogate}/gu, '\ufffd')),
    );
  });

  it('says what each client is to read', () => {
    const [hosts, podman, buildkit, containerd] = readToml([
      hostsToml({
        upstream: 'ghcr.io',
        server: 'https://ghcr.io',
        mirrorUrl: 'https://[::1]:5000',
        ca: '/a\\b',
      }),
      registriesConf(access),
      buildkitdToml(access, '[worker.oci]\nenabled = true\n'),
      withConfigPath('version = 3\n').text,
    ]);
    assert.deepEqual(hosts, {
      server: 'https://ghcr.io',
      host: { 'https://[::1]:5000': { capabilities: ['pull', 'resolve'], dial_timeout: '3s', ca: '/a\\b' } },
    });
    assert.deepEqual(podman, {
      registry: [
        {
          prefix: 'docker.io',
          location: 'docker.io',
          mirror: [{ location: '10.0.0.1:5000/docker.io', insecure: true }],
        },
        {
          prefix: 'registry.example.com:5000',
          location: 'registry.example.com:5000',
          mirror: [{ location: '10.0.0.1:5000/registry.example.com_5000', insecure: true }],
        },
      ],
    });
    assert.deepEqual(buildkit, {
      worker: { oci: { enabled: true } },
      registry: {
        'docker.io': { mirrors: ['10.0.0.1:5000'] },
        'registry.example.com:5000': { mirrors: ['10.0.0.1:5000'] },
        '10.0.0.1:5000': { http: true },
      },
    });
    assert.deepEqual(containerd, {
      version: 3,
      plugins: { 'io.containerd.cri.v1.images': { registry: { config_path: '/etc/containerd/certs.d' } } },
    });
  });
});
