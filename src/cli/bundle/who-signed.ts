import { SignatureError } from '../../images/bundle/bundle-error.js';
import type { Opened } from '../../images/bundle/read-bundle.js';
import { checkSignature } from '../../images/bundle/signature.js';

/** The keys that are trusted, by fingerprint. */
export type TrustedFingerprints = ReadonlyMap<string, unknown>;

/**
 * The fingerprint of the key that a bundle was signed with.
 * @throws SignatureError when the signature does not fit, or is of nobody who is trusted
 */
export function whoSigned({ listBytes, signature }: Opened, trusted: TrustedFingerprints): string {
  const { fingerprint, line } = checkSignature(listBytes, signature);
  if (trusted.has(fingerprint)) return fingerprint;
  throw new SignatureError(`it was signed by ${fingerprint}, which is not trusted here`, {
    hint: `if that is what "docker-mirror bundle key" says where it came from: echo '${line}' | docker-mirror bundle trust -`,
  });
}
