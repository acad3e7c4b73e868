import type { Readable } from 'node:stream';
import type { Digest } from '../oci/digest.js';
import type { SeenRateLimit } from '../oci/rate-limit-watch.js';

/** One remote registry, as the gateway uses it. Every method may throw an UpstreamError. */
export interface Upstream {
  /** The name of the registry in references, such as `docker.io` or `ghcr.io`. */
  readonly host: string;
  /** What an upstream says of a tag or digest, by HEAD (free on Docker Hub), falling back to GET where HEAD is not answered. */
  headManifest(repository: string, reference: string, options?: RequestOptions): Promise<ManifestInfo>;
  /** A manifest, at most 8 MiB. Asked by digest, the bytes were checked against it. */
  getManifest(repository: string, reference: string, options?: RequestOptions): Promise<FetchedManifest>;
  /** The size of a blob by HEAD; where the storage behind a redirect refuses HEAD, by a GET of one byte. */
  headBlob(repository: string, digest: Digest, options?: RequestOptions): Promise<BlobSize>;
  /** Opens a blob's content. Retries until the first byte arrives, not after: who reads resumes with `offset`. */
  getBlob(repository: string, digest: Digest, options?: BlobOptions): Promise<BlobBody>;
  /** One page of tags in the upstream's order; `next` is what to give as `last` for the following page. */
  tags(repository: string, options?: PageOptions): Promise<TagPage>;
  /** The referrers of a digest, an OCI index as bytes, from the API or else from the tag schema; `[]` manifests when there are none. */
  referrers(
    repository: string,
    digest: Digest,
    options?: RequestOptions & { artifactType?: string },
  ): Promise<Buffer>;
  status(): UpstreamStatus;
  /** Loads what the first question needs, so that nobody waits for it. Connects to nothing. */
  prepare(): Promise<void>;
  close(): Promise<void>;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Upper bound for the whole request including retries, in milliseconds. */
  readonly deadline?: number;
}

export interface BlobOptions extends RequestOptions {
  /** First byte wanted; 0 when absent. */
  readonly offset?: number;
  /** Last byte wanted, inclusive; to the end when absent. */
  readonly end?: number;
  /** The ETag of an earlier answer: sent as `If-Range`, so that a changed body starts again instead of being spliced. */
  readonly etag?: string;
}

export interface PageOptions extends RequestOptions {
  readonly n?: number;
  readonly last?: string;
}

export interface ManifestInfo {
  /** From `Docker-Content-Digest`; not verified, as there are no bytes. */
  readonly digest: Digest | undefined;
  /** Bytes, from `Content-Length`. */
  readonly size: number | undefined;
  readonly mediaType: string | undefined;
}

export interface FetchedManifest {
  readonly bytes: Buffer;
  /** Computed from the bytes. */
  readonly digest: Digest;
  readonly mediaType: string | undefined;
}

export interface BlobSize {
  /** Bytes; undefined when the upstream does not say. */
  readonly size: number | undefined;
}

export interface BlobBody {
  /** Position of the body's first byte in the blob: the offset asked for, or 0 when the upstream ignored the range. */
  readonly start: number;
  /** Size of the whole blob; undefined when the upstream does not say (chunked). */
  readonly size: number | undefined;
  readonly etag: string | undefined;
  /**
   * The content. Ends with an error (UpstreamError, retryable) when it breaks off, is shorter or longer than announced, or
   * is idle for too long. Destroying it ends the request.
   */
  readonly body: Readable;
}

export interface TagPage {
  readonly tags: readonly string[];
  readonly next: string | undefined;
}

/** What is known of an upstream's health, for status pages and metrics. */
export interface UpstreamStatus {
  readonly host: string;
  readonly circuit: 'closed' | 'open' | 'half-open';
  /** Docker Hub's `ratelimit-limit` and `ratelimit-remaining`, as last seen (milliseconds since 1970). */
  readonly rateLimit: SeenRateLimit | undefined;
  readonly lastError: { readonly code: string; readonly message: string; readonly at: number } | undefined;
}
