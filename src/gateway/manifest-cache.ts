import type { Digest } from '../oci/digest.js';
import type { Manifest } from '../oci/manifest.js';

/** A manifest in hand: its bytes, which are what is served (I5), and what was read from them. */
export interface StoredManifest {
  readonly digest: Digest;
  readonly bytes: Buffer;
  readonly manifest: Manifest;
}

/** What a repository says of a reference: the digest, and when its upstream last said so; undefined for pushed ones. */
export interface KnownReference {
  readonly digest: Digest;
  readonly origin: { readonly upstream: string; readonly confirmed: number } | undefined;
}

/** Bytes of manifests kept in memory. */
const MANIFEST_BYTES = 32 * 1024 * 1024;

/** References kept in memory. */
const REFERENCES = 20_000;

/** How long a repository's answer is believed without looking at the files, which another program may have changed; milliseconds. */
const BELIEVED_FOR = 1000;

/**
 * Recently served manifests and references, so that a popular one costs no file access. Everything here can be
 * forgotten at any time.
 */
export class ManifestCache {
  readonly #manifests = new Map<Digest, StoredManifest>();
  readonly #references = new Map<string, { readonly known: KnownReference; readonly at: number }>();
  #bytes = 0;

  constructor(private readonly now: () => number) {}

  manifest(digest: Digest): StoredManifest | undefined {
    const found = this.#manifests.get(digest);
    if (found !== undefined) {
      this.#manifests.delete(digest);
      this.#manifests.set(digest, found);
    }
    return found;
  }

  keep(stored: StoredManifest): void {
    if (this.#manifests.has(stored.digest)) return;
    this.#manifests.set(stored.digest, stored);
    this.#bytes += stored.bytes.length;
    for (const [digest, oldest] of this.#manifests) {
      if (this.#bytes <= MANIFEST_BYTES) return;
      this.#manifests.delete(digest);
      this.#bytes -= oldest.bytes.length;
    }
  }

  /** @param reference tag or digest */
  reference(repository: string, reference: string): KnownReference | undefined {
    const entry = this.#references.get(`${repository}\n${reference}`);
    return entry !== undefined && this.now() - entry.at < BELIEVED_FOR ? entry.known : undefined;
  }

  /** What was read before the upstream's last word, and arrives after it, is not believed. */
  learn(repository: string, reference: string, known: KnownReference): void {
    const key = `${repository}\n${reference}`;
    const confirmed = this.#references.get(key)?.known.origin?.confirmed ?? 0;
    if (known.origin !== undefined && known.origin.confirmed < confirmed) return;
    this.#references.delete(key);
    this.#references.set(key, { known, at: this.now() });
    if (this.#references.size <= REFERENCES) return;
    for (const oldest of this.#references.keys()) {
      this.#references.delete(oldest);
      return;
    }
  }

  /** To be called after a repository was changed through the API. */
  forgetRepository(repository: string): void {
    const prefix = `${repository}\n`;
    for (const key of this.#references.keys()) if (key.startsWith(prefix)) this.#references.delete(key);
  }
}
