import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { parsePublicKey, publicKeyOf } from '#src/images/bundle/public-key.js';
import { checkSignature, signList } from '#src/images/bundle/signature.js';

describe('keys and signatures of bundles', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const list = Buffer.from('{"a":1}\n');

  it('prints keys and fingerprints as OpenSSH does', () => {
    const key = publicKeyOf(privateKey);
    assert.match(key.line, /^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}$/);
    assert.match(key.fingerprint, /^SHA256:[A-Za-z0-9+/]{43}$/);
    assert.equal(publicKeyOf(publicKey).fingerprint, key.fingerprint);
    const { line, fingerprint } = parsePublicKey(`  ${key.line} me@here\n`);
    assert.deepEqual([line, fingerprint], [key.line, key.fingerprint]);
  });

  it('reads PEM too, and takes no private key for a public one', () => {
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    assert.equal(parsePublicKey(pem).line, publicKeyOf(privateKey).line);
    const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    assert.throws(() => parsePublicKey(secret), { name: 'KeyError', message: /that is a private key/ });
  });

  for (const [what, text] of [
    ['nothing', ''],
    ['another kind', 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7'],
    ['one that is cut off', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHhK9HBE'],
    ['one whose inside says another kind', `ssh-ed25519 ${Buffer.alloc(51, 7).toString('base64')}`],
    ['PEM of nothing', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => parsePublicKey(text), { name: 'KeyError' });
    });
  }

  it('refuses a key that is not of Ed25519', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    assert.throws(() => publicKeyOf(other.publicKey), { message: /it is of the kind ec/ });
  });

  it('signs the same bytes in the same way, and tells whose signature it is', () => {
    const signature = signList(list, privateKey);
    assert.ok(signature.equals(signList(list, privateKey)));
    assert.equal(checkSignature(list, signature).fingerprint, publicKeyOf(privateKey).fingerprint);
  });

  it('refuses the signature of something else, by somebody else, or damaged', () => {
    const signature = signList(list, privateKey);
    assert.throws(() => checkSignature(Buffer.from('{"a":2}\n'), signature), {
      message: /its list was changed/,
    });
    const other = generateKeyPairSync('ed25519').privateKey;
    const document = JSON.parse(signature.toString()) as { key: string };
    const stolen = JSON.stringify({ ...document, key: publicKeyOf(other).line });
    assert.throws(() => checkSignature(list, Buffer.from(stolen)), { message: /its list was changed/ });
    for (const damaged of [
      '',
      '{}',
      'null',
      '{"key":1,"signature":"x"}',
      '{"key":"ssh-rsa x","signature":"x"}',
    ]) {
      assert.throws(() => checkSignature(list, Buffer.from(damaged)), { name: 'SignatureError' });
    }
    const short = JSON.stringify({ ...document, signature: 'AAAA' });
    assert.throws(() => checkSignature(list, Buffer.from(short)), { message: /its list was changed/ });
  });
});
