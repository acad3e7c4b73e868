import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { layoutOf } from '#src/render/layout.js';
import { overruledSettings } from '#src/render/overruled.js';
import { renderRegistryConfig } from '#src/render/registry-config.js';
import { parseEngineConfig } from '#src/settings/load-config.js';
import { mirrorSettings, promptedSymbols, rootKconfig } from '../../parts/root-kconfig.js';

const text = renderRegistryConfig(mirrorSettings(), layoutOf('/m'), 5000);
const wanted = parseEngineConfig(text, 'c', {}).config;

function overruledBy(edited: string): string[] {
  return overruledSettings(wanted, parseEngineConfig(edited, 'c', {}).config);
}

describe('overruledSettings', () => {
  it('are none where the file means the same in other words', () => {
    assert.deepEqual(overruledBy(text), []);
    const other = text
      .replace(/^ *#.*\n/gm, '')
      .replace('"60s"', '1m')
      .replace(/ {2}draintimeout.*\n/, '');
    assert.notEqual(other, text);
    assert.deepEqual(overruledBy(other), []);
  });

  it('are those that the file says otherwise', () => {
    assert.deepEqual(overruledBy(text.replace('localhost:5000', ':5001')), [
      'DOCKER_MIRROR_PORT',
      'DOCKER_MIRROR_LISTEN_*',
    ]);
    assert.deepEqual(overruledBy(text.replace('- host: "ghcr.io"', '- host: "r.example.com"')), [
      'DOCKER_MIRROR_PULL_THROUGH_CACHE',
      'DOCKER_MIRROR_DEFAULT_UPSTREAM',
      'DOCKER_MIRROR_UPSTREAMS',
    ]);
    assert.deepEqual(overruledBy(`${text}  listen: ["10.0.0.1:5000"]\n`), ['DOCKER_MIRROR_LISTEN_*']);
  });

  it('are named by symbols that there are', () => {
    const opposite = `version: 0.1
storage: {filesystem: {rootdirectory: /x}, maintenance: {uploadpurging: {enabled: false}, readonly: {enabled: true}}}
http: {addr: ":1", host: "http://h", draintimeout: 1s, tls: {certificate: /c, key: /k}, debug: {addr: ":2"}}
auth: {htpasswd: {realm: r, path: /h}}
log: {level: error, accesslog: {disabled: true}}
mirror: {credentials: /c, revalidate: 1s, keepdigests: 9, offline: true, push: none, images: /i, background: {bandwidth: 1Mbit/s}}
`;
    const names = promptedSymbols(rootKconfig()).map(({ name }) => name);
    const symbols = overruledBy(opposite);
    assert.equal(symbols.length, 23);
    for (const symbol of symbols) {
      assert.ok(
        names.some(
          (name) =>
            name === symbol || name.startsWith(symbol.replace(/\*$/, '\u0000').split('\u0000')[0] ?? ''),
        ),
        symbol,
      );
    }
  });
});
