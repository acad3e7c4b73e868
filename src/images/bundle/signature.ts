import { type KeyObject, sign, verify } from 'node:crypto';
import { MirrorError } from '../../errors.js';
import { isRecord } from '../import/image.js';
import { SignatureError } from './bundle-error.js';
import { type PublicKey, parsePublicKey, publicKeyOf } from './public-key.js';

/** Far more than a signature has, bytes. */
export const SIGNATURE_LIMIT = 4096;

/** Signs a list (Ed25519, RFC 8032): a document with the public key and the signature. The same bytes for the same list and key. */
export function signList(bytes: Uint8Array, key: KeyObject): Buffer {
  const document = { key: publicKeyOf(key).line, signature: sign(null, bytes, key).toString('base64') };
  return Buffer.from(`${JSON.stringify(document)}\n`);
}

/**
 * Checks that a signature is one of these bytes.
 * @returns whose it is; whether that one is trusted is another question
 * @throws SignatureError
 */
export function checkSignature(bytes: Uint8Array, document: Uint8Array): PublicKey {
  const { key, signature } = parsed(document);
  if (verify(null, bytes, key.key, signature)) return key;
  throw new SignatureError(`its list was changed: the signature of ${key.fingerprint} does not fit it`, {
    hint: 'have it copied again, or made again where it came from',
  });
}

function parsed(document: Uint8Array): { readonly key: PublicKey; readonly signature: Buffer } {
  try {
    const value: unknown = JSON.parse(Buffer.from(document).toString());
    if (isRecord(value) && typeof value['key'] === 'string' && typeof value['signature'] === 'string') {
      return { key: parsePublicKey(value['key']), signature: Buffer.from(value['signature'], 'base64') };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof MirrorError)) throw error;
  }
  throw new SignatureError('its signature is damaged', {
    hint: 'have it copied again, or made again where it came from',
  });
}
