import { createCipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Digest } from '#src/oci/digest.js';
import { type TarEntry, tar } from './tar.js';

/** A gzipped layer. */
export interface Layer {
  /** As it is stored and sent. */
  readonly bytes: Buffer;
  readonly digest: Digest;
  /** Of the archive before compression, as a config's `rootfs` wants it. */
  readonly diffId: Digest;
}

/** The digest of bytes. */
export function sha256(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest;
}

/** Pseudo-random bytes that do not compress: the same ones for the same seed. */
export function randomBytesOf(seed: string, size: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

/** A layer with one file `data/SEED` of that many incompressible bytes; the layer is a little larger. */
export function randomLayer(seed: string, size: number): Layer {
  const content = randomBytesOf(seed, size);
  // Level 0: there is nothing to gain, and large layers are built in no time.
  return layerOf([{ path: 'data/' }, { path: `data/${seed}`, content }], 0);
}

/** A layer that was not compressed, as `docker save` has them, with one file of words that become about a third of their size. */
export function plainLayer(seed: string, size: number): Layer {
  const archive = tar([{ path: 'data/' }, { path: `data/${seed}`, content: wordsOf(seed, size) }]);
  const digest = sha256(archive);
  return { bytes: archive, digest, diffId: digest };
}

/** Pseudo-random words: the same ones for the same seed. */
function wordsOf(seed: string, size: number): Buffer {
  const letters = randomBytesOf('words', 4096 * 8)
    .toString('base64')
    .toLowerCase();
  const choices = randomBytesOf(seed, size);
  const text = Buffer.alloc(size, ' ');
  for (let at = 0, choice = 0; at < size; choice += 2) {
    const word = ((choices[choice] ?? 0) * 256 + (choices[choice + 1] ?? 0)) % 4096;
    at += text.write(letters.slice(word * 8, word * 8 + 3 + (word % 8)), at, 'latin1') + 1;
  }
  return text;
}

/** A layer with this machine's static busybox as /bin/busybox and /bin/sh: enough to run a container. About 1 MB. */
export function busyboxLayer(busybox = '/bin/busybox'): Layer {
  return layerOf(
    [
      { path: 'bin/' },
      { path: 'bin/busybox', mode: 0o755, content: readFileSync(busybox) },
      { path: 'bin/sh', mode: 0o777, linkTo: 'busybox' },
    ],
    1,
  );
}

/** A layer of these entries. */
export function layerOf(entries: readonly TarEntry[], level: number): Layer {
  const archive = tar(entries);
  const bytes = gzipSync(archive, { level });
  return { bytes, digest: sha256(bytes), diffId: sha256(archive) };
}
