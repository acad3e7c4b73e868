import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { KeyError } from './bundle-error.js';

/** A public key that bundles are signed with. */
export interface PublicKey {
  /** In one line, as OpenSSH has it: `ssh-ed25519 AAAA…`. */
  readonly line: string;
  /** As `ssh-keygen -l` prints it: `SHA256:` and a hash in base 64. */
  readonly fingerprint: string;
  readonly key: KeyObject;
}

const TYPE = 'ssh-ed25519';
/** Bytes of an Ed25519 key (RFC 8032, section 5.1.5). */
const KEY_LENGTH = 32;

/** A key of Node's as a public key. @throws KeyError when it is no Ed25519 key */
export function publicKeyOf(key: KeyObject): PublicKey {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const { crv, x } = publicKey.asymmetricKeyType === 'ed25519' ? publicKey.export({ format: 'jwk' }) : {};
  if (crv !== 'Ed25519' || typeof x !== 'string')
    throw notOurs(`it is of the kind ${key.asymmetricKeyType ?? key.type}`);
  return fromRaw(Buffer.from(x, 'base64url'));
}

/**
 * Reads a public key: a line of OpenSSH, whatever comment is behind it, or PEM.
 * @throws KeyError
 */
export function parsePublicKey(text: string): PublicKey {
  const trimmed = text.trim();
  if (trimmed.startsWith('-----BEGIN')) return fromPem(trimmed);
  const [type, encoded = ''] = trimmed.split(/\s+/);
  if (type !== TYPE) throw notOurs('it does not begin with ssh-ed25519');
  const blob = Buffer.from(encoded, 'base64');
  const raw = blob.subarray(-KEY_LENGTH);
  if (blob.length !== 4 + TYPE.length + 4 + KEY_LENGTH || !wire(raw).equals(blob))
    throw notOurs('it is damaged');
  return fromRaw(raw);
}

function fromPem(text: string): PublicKey {
  if (text.includes('PRIVATE KEY'))
    throw new KeyError('that is a private key, which is to stay where it is', {
      hint: 'give the public one, as "docker-mirror bundle key" prints it',
    });
  let key: KeyObject;
  try {
    key = createPublicKey(text);
  } catch (cause) {
    throw new KeyError('that is no public key', { hint: HINT, cause });
  }
  return publicKeyOf(key);
}

function fromRaw(raw: Buffer): PublicKey {
  const blob = wire(raw);
  const hash = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  return {
    line: `${TYPE} ${blob.toString('base64')}`,
    fingerprint: `SHA256:${hash}`,
    key: createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
      format: 'jwk',
    }),
  };
}

/** As it is sent (RFC 8709, section 4): type and key, each behind its length. */
function wire(raw: Buffer): Buffer {
  return Buffer.concat([...[Buffer.from(TYPE), raw].flatMap((part) => [uint32(part.length), part])]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const HINT = 'expected what "docker-mirror bundle key" prints, or an Ed25519 key in PEM';

function notOurs(why: string): KeyError {
  return new KeyError(`that is no Ed25519 key: ${why}`, { hint: HINT });
}
