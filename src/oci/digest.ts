import { OciError } from './error-code.js';

declare const digestBrand: unique symbol;

/** A content digest, `algorithm:hex`, known to be well formed (OCI image specification, "Digests"). */
export type Digest = string & { readonly [digestBrand]: true };

/** Registered algorithms this program can verify, with the length of their hexadecimal form. */
export const HEX_LENGTH = { sha256: 64, sha512: 128 } as const;

/** A registered digest algorithm. */
export type DigestAlgorithm = keyof typeof HEX_LENGTH;

const WELL_FORMED = /^(sha256|sha512):([a-f0-9]+)$/;

/** Whether the text is a digest whose algorithm is known and whose length fits it. */
export function isDigest(text: string): text is Digest {
  const match = WELL_FORMED.exec(text);
  return match !== null && match[2]?.length === HEX_LENGTH[match[1] as DigestAlgorithm];
}

/**
 * The text as a digest.
 * @throws OciError `DIGEST_INVALID` naming what is wrong
 */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new OciError('DIGEST_INVALID', `"${text.slice(0, 140)}" is not a digest`, {
    hint: 'expected sha256: and 64, or sha512: and 128, lower-case hexadecimal digits',
  });
}

/** The algorithm of a digest. */
export function algorithmOf(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}

/** The hexadecimal part of a digest. */
export function hexOf(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}
