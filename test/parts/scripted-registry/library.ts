import { createHash } from 'node:crypto';
import { type Digest, parseDigest } from '#src/oci/digest.js';
import { OCI_MANIFEST } from '#src/oci/media-type.js';

interface StoredManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

interface Repository {
  readonly blobs: Map<string, Buffer>;
  readonly manifests: Map<string, StoredManifest>;
  readonly tags: Map<string, Digest>;
}

/** The sha256 digest of some bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  return parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
}

/** What the scripted registry holds. */
export class Library {
  readonly #repositories = new Map<string, Repository>();

  addBlob(repository: string, bytes: Buffer): Digest {
    const digest = digestOf(bytes);
    this.#open(repository).blobs.set(digest, bytes);
    return digest;
  }

  /** @param document the manifest's bytes, or what is made into JSON */
  addManifest(repository: string, document: Buffer | object, tag?: string, mediaType = OCI_MANIFEST): Digest {
    const bytes = Buffer.isBuffer(document) ? document : Buffer.from(JSON.stringify(document));
    const digest = digestOf(bytes);
    const held = this.#open(repository);
    held.manifests.set(digest, { bytes, mediaType });
    if (tag !== undefined) held.tags.set(tag, digest);
    return digest;
  }

  blob(repository: string, digest: string): Buffer | undefined {
    return this.#repositories.get(repository)?.blobs.get(digest);
  }

  /** @param reference a tag or a digest */
  manifest(
    repository: string,
    reference: string,
  ): (StoredManifest & { readonly digest: Digest }) | undefined {
    const held = this.#repositories.get(repository);
    const digest = held?.tags.get(reference) ?? (reference as Digest);
    const manifest = held?.manifests.get(digest);
    return manifest === undefined ? undefined : { ...manifest, digest };
  }

  /** Tags in order; undefined when there is no such repository. */
  tags(repository: string): string[] | undefined {
    const held = this.#repositories.get(repository);
    return held === undefined ? undefined : [...held.tags.keys()].sort();
  }

  /** Descriptors of the manifests whose subject is a digest. */
  referrers(repository: string, subject: string): object[] {
    const held = this.#repositories.get(repository);
    return [...(held?.manifests ?? [])].flatMap(([digest, { bytes, mediaType }]) => {
      const document = JSON.parse(bytes.toString('utf8'));
      if (document?.subject?.digest !== subject) return [];
      const artifactType = document.artifactType ?? document.config?.mediaType;
      return [{ mediaType, digest, size: bytes.length, artifactType }];
    });
  }

  #open(name: string): Repository {
    const found = this.#repositories.get(name);
    if (found !== undefined) return found;
    const made: Repository = { blobs: new Map(), manifests: new Map(), tags: new Map() };
    this.#repositories.set(name, made);
    return made;
  }
}
