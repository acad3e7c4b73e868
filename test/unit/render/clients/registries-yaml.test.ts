import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { ClientFileError } from '#src/render/clients/errors.js';
import { registriesYaml } from '#src/render/clients/registries-yaml.js';
import { accessTo } from '../../../parts/access.js';

const access = accessTo('http://10.0.0.1:5000');
const URL = 'http://10.0.0.1:5000';

const EXISTING = `# of the laboratory
mirrors:
  docker.io: # Hub
    endpoint:
      - https://old.example.com # keep
    rewrite:
      "^(.*)$": "x/$1"
  "*":
    endpoint: []
configs:
  old.example.com:
    auth: {username: u}
`;

describe('registries.yaml of k3s', () => {
  it('is made where there is none', () => {
    for (const text of ['', '# only this\n', 'mirrors:\n']) {
      assert.deepEqual(parse(registriesYaml(access, text)), {
        mirrors: { 'docker.io': { endpoint: [URL] }, 'registry.example.com:5000': { endpoint: [URL] } },
      });
    }
  });

  it('puts the mirror in front and keeps the rest, comments too', () => {
    const made = registriesYaml(access, EXISTING);
    assert.deepEqual(parse(made), {
      mirrors: {
        'docker.io': { endpoint: [URL, 'https://old.example.com'], rewrite: { '^(.*)$': 'x/$1' } },
        '*': { endpoint: [] },
        'registry.example.com:5000': { endpoint: [URL] },
      },
      configs: { 'old.example.com': { auth: { username: 'u' } } },
    });
    for (const comment of ['# of the laboratory', '# Hub', '# keep']) assert.ok(made.includes(comment), made);
    assert.equal(registriesYaml(access, made), made);
  });

  it('follows the mirror to another address, and drops registries it has no more', () => {
    const before = registriesYaml(
      accessTo('http://10.0.0.9:5000', { upstreams: ['docker.io', 'ghcr.io'] }),
      EXISTING,
    );
    assert.deepEqual(parse(registriesYaml(access, before)), parse(registriesYaml(access, EXISTING)));
  });

  it('names the authority of an encrypted mirror', () => {
    const made = registriesYaml(accessTo('https://mirror.lab', { ca: '/ca.pem' }), EXISTING);
    assert.deepEqual(parse(made).configs['mirror.lab'], { tls: { ca_file: '/ca.pem' } });
  });

  it('leaves what it does not understand alone', () => {
    for (const text of [
      '- a\n',
      'mirrors: 3\n',
      'mirrors: {docker.io: {endpoint: x}}\n',
      'a: [\n',
      'mirrors: {docker.io: 1}\n',
    ]) {
      assert.throws(() => registriesYaml(access, text), ClientFileError, text);
    }
  });
});
