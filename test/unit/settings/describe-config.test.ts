import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeConfig, formatConfig } from '#src/settings/describe-config.js';
import { configOf } from './configs.js';

const LINES = `
http:
  addr: localhost:5000
  headers: {X-Content-Type-Options: [nosniff], X-Api-Key: [hunter2]}
  tls: {certificate: cert.pem, key: key.pem}
auth: {htpasswd: {realm: Mirror, path: users}}
proxy: {remoteurl: https://registry-1.docker.io, username: bob, password: hunter2}
mirror: {upstreams: [ghcr.io], revalidate: 90s, background: {bandwidth: 1.5Gbit/s}}
`;

describe('describeConfig', () => {
  it('shows settings under the keys and in the units of the file, defaults included', () => {
    const shown = describeConfig(configOf(LINES));
    const read = JSON.parse(JSON.stringify(shown));
    assert.equal(read.http.addr, 'localhost:5000');
    assert.equal(read.http.tls.minimumtls, 'tls1.2');
    assert.equal(read.storage.maintenance.uploadpurging.age, '168h');
    assert.equal(read.mirror.revalidate, '1m30s');
    assert.equal(read.mirror.background.bandwidth, '1500Mbit/s');
    assert.equal(read.upstreams[0].username, 'bob');
    assert.equal(read.mirror.images, null);
  });

  it('masks secrets in both forms', () => {
    const config = configOf(LINES);
    for (const text of [JSON.stringify(describeConfig(config)), formatConfig(config)]) {
      assert.doesNotMatch(text, /hunter2/);
      assert.match(text, /\*\*\*/);
    }
  });

  it('is readable as lines', () => {
    const lines = formatConfig(configOf(LINES)).split('\n');
    assert.ok(lines.includes('http.addr: localhost:5000'));
    assert.ok(lines.includes('http.headers.X-Content-Type-Options: nosniff'));
    assert.ok(lines.includes('upstreams[1].host: ghcr.io'));
    assert.ok(lines.includes('mirror.images: not set'));
    assert.ok(formatConfig(configOf('')).includes('\nupstreams: none\n'));
  });
});
