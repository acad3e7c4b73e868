import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseEngineConfig } from '#src/settings/load-config.js';
import { verifyFiles } from '#src/settings/verify-files.js';
import { type Certificate, makeCertificate } from '../certificates.js';

describe('verifyFiles', () => {
  let folder: string;
  let one: Certificate;
  let other: Certificate;
  let text: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'verify-'));
    [one, other] = await Promise.all([makeCertificate(folder, 'one'), makeCertificate(folder, 'other')]);
    text = join(folder, 'text');
    await writeFile(text, 'words\n');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function verify(lines: string): Promise<string[]> {
    const { config } = parseEngineConfig(`version: 0.1\nstorage: filesystem\n${lines}`, 'c.yml', {});
    return (await verifyFiles(config)).map(({ key, path, message }) => `${key}: ${path} ${message}`);
  }

  function tls(certificate: string, key: string, clientCA = other.certificate): string {
    return `http: {tls: {certificate: ${certificate}, key: ${key}, clientcas: [${clientCA}]}}\n`;
  }

  it('finds nothing wrong when nothing is', async () => {
    const lines = `${tls(one.certificate, one.key)}auth: {htpasswd: {realm: r, path: ${text}}}
mirror: {images: ${text}, credentials: ${text}, upstreams: [{host: a.b, ca: ${one.certificate}}]}\n`;
    assert.deepEqual(await verify(lines), []);
  });

  it('names every file that is missing or a folder', async () => {
    const none = join(folder, 'none');
    const lines = `auth: {htpasswd: {realm: r, path: ${folder}}}
mirror: {images: ${none}, credentials: ${none}, upstreams: [{host: a.b, ca: ${none}}]}\n`;
    assert.deepEqual(await verify(lines), [
      `auth.htpasswd.path: ${folder} is a folder; expected a file`,
      `mirror.credentials: ${none} is not there`,
      `mirror.images: ${none} is not there`,
      `ca of a.b: ${none} is not there`,
    ]);
  });

  it('reads certificates and keys', async () => {
    assert.deepEqual(await verify(tls(text, one.key)), [
      `http.tls.certificate: ${text} holds no certificate; expected a PEM file`,
    ]);
    assert.deepEqual(await verify(tls(one.certificate, text)), [
      `http.tls.key: ${text} holds no private key; expected a PEM file without a pass phrase`,
    ]);
    assert.deepEqual(await verify(tls(one.certificate, one.key, text)), [
      `http.tls.clientcas: ${text} holds no certificate; expected a PEM file`,
    ]);
    assert.deepEqual(await verify(tls(one.certificate, other.key)), [
      `http.tls.key: ${other.key} does not belong to the certificate in ${one.certificate}`,
    ]);
  });
});
