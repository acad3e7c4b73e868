import type { Hash } from 'node:crypto';
import type { Digest } from '../oci/digest.js';
import type { Descriptor } from '../oci/manifest.js';

/**
 * What the rest of the program may ask of a store. Two implementations pass the same conformance suite: the Distribution
 * layout on a file system, and one in memory for unit tests. Repository names, tags and digests given to a store
 * have been checked by `oci/`; an implementation refuses what would leave its root all the same.
 */
export interface Store {
  readonly blobs: Blobs;
  readonly repositories: Repositories;
  readonly uploads: Uploads;
  readonly origins: Origins;
  readonly referrers: Referrers;
  /**
   * Whether the store can be written now: writes, fsyncs and removes a few bytes.
   * @throws StoreError (`STORE_FULL`, `STORE_READ_ONLY`, `STORE_FAILED`)
   */
  probe(): Promise<void>;
  /** Lets go of everything open; partial content stays for the next start. */
  close(): Promise<void>;
}

/** Content by digest, whichever repositories name it. */
export interface Blobs {
  stat(digest: Digest): Promise<BlobInfo | undefined>;
  /** Opens a whole, visible blob. It stays readable until closed, even if it is removed meanwhile. */
  open(digest: Digest): Promise<BlobHandle | undefined>;
  /** Stores small content, such as a manifest, in one go: verify, write, fsync, rename. Does nothing when it is there. */
  put(digest: Digest, bytes: Uint8Array): Promise<void>;
  /**
   * Takes up the one partial copy of a blob, new or left by an earlier process. Only one at a time may be taken up.
   * @throws StoreError `STORE_BUSY` when it is taken already
   */
  receive(digest: Digest): Promise<Incoming>;
  /** Removes a blob. Whether anything still names it is the caller's business. */
  remove(digest: Digest): Promise<boolean>;
  /** Takes a damaged blob out of sight, keeping it aside (`_mirror/damaged/`) for who wants to look. */
  quarantine(digest: Digest): Promise<void>;
  /** Every blob, in no promised order, without holding more than one folder's names in memory. */
  walk(): AsyncIterable<BlobInfo>;
  /** Partial copies that nobody has taken up and that were not written to since `before`, for cleaning. */
  stalePartials(before: Date): AsyncIterable<{ digest: Digest; discard(): Promise<void> }>;
}

export interface BlobInfo {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly modified: Date;
}

/** An open, whole blob. */
export interface BlobHandle {
  /** Bytes. */
  readonly size: number;
  /** Changes when the bytes on disk were replaced or touched (inode, size, modification and change time). */
  readonly identity: string;
  /** Reads into `buffer` from `position`; resolves with the number of bytes read, 0 at the end. */
  read(buffer: Buffer, position: number): Promise<number>;
  /** As `read`, in this thread: only for what is almost certainly in memory, as everything else waits meanwhile. */
  readCached(buffer: Buffer, position: number): number;
  close(): Promise<void>;
}

/**
 * A blob that is arriving: append-only, readable while it grows, and invisible until `publish`.
 * The hash runs inside, so that nobody can publish what was not verified (I1, I2).
 */
export interface Incoming {
  readonly digest: Digest;
  /** Bytes that are here and can be read. */
  readonly offset: number;
  /** Appends at `offset`, several chunks in one go. Calls must not overlap. On an error `offset` still tells what is safely here. */
  append(...chunks: readonly Buffer[]): Promise<void>;
  read(buffer: Buffer, position: number): Promise<number>;
  /** As `read`, in this thread: only for what was appended a moment ago, as everything else waits meanwhile. */
  readCached(buffer: Buffer, position: number): number;
  /** A copy of the running hash over all `offset` bytes, for a transfer that goes on without the store. */
  hash(): Promise<Hash>;
  /**
   * Checks that the bytes here are those the digest names.
   * @throws DigestMismatchError
   */
  verify(): Promise<void>;
  /** fsync, rename into place, fsync the folder. Verifies first if that was not done. Reading stays possible. */
  publish(): Promise<void>;
  /** Throws the partial copy away. Open readers may go on until `close`. */
  discard(): Promise<void>;
  /** Lets go. What was neither published nor discarded stays, to be taken up again. */
  close(): Promise<void>;
}

/** What repositories name: layers, manifest revisions and tags. */
export interface Repositories {
  hasLayer(repository: string, digest: Digest): Promise<boolean>;
  /**
   * Bytes of each of the blobs, in that order: of those that are linked in the repository and on the disk, undefined for the others. In this
   * thread, as the work is a fifth of that for one by one: for programs that have nothing to serve meanwhile.
   */
  layerSizes(repository: string, digests: readonly Digest[]): readonly (number | undefined)[];
  linkLayer(repository: string, digest: Digest): Promise<void>;
  unlinkLayer(repository: string, digest: Digest): Promise<boolean>;
  hasRevision(repository: string, digest: Digest): Promise<boolean>;
  linkRevision(repository: string, digest: Digest): Promise<void>;
  unlinkRevision(repository: string, digest: Digest): Promise<boolean>;
  /** The digest a tag points at. A damaged link reads as no tag. */
  readTag(repository: string, tag: string): Promise<Digest | undefined>;
  /** Points a tag at a digest. One that is put back to what it pointed at before finds that where it was in its history, times and all. */
  writeTag(repository: string, tag: string, digest: Digest, how?: TagMove): Promise<void>;
  removeTag(repository: string, tag: string): Promise<boolean>;
  /** What a tag points at, and what it pointed at besides, the latest first. Nothing when there is no such tag. */
  tagHistory(repository: string, tag: string): Promise<TagRecord[]>;
  /**
   * Forgets what a tag pointed at before its last so many digests. That of now always stays.
   * @returns what was forgotten
   */
  pruneTag(repository: string, tag: string, keep: number): Promise<Digest[]>;
  /** Whether the repository is here at all (it has a `_layers` or `_manifests` folder). */
  exists(repository: string): Promise<boolean>;
  /** Tags in lexical order (by UTF-16 code unit), those after `last` when given. Undefined when there is no such repository. */
  tags(repository: string, last?: string): Promise<string[] | undefined>;
  /** Repositories in lexical order of their path components, those after `last` when given; streams. */
  walk(last?: string): AsyncIterable<string>;
  layers(repository: string): AsyncIterable<Digest>;
  revisions(repository: string): AsyncIterable<Digest>;
}

/** Why a tag is written: it points at something else now, or is put back for a while. */
export type TagMove = 'moved' | 'put back';

/** A digest that a tag points at, or pointed at. */
export interface TagRecord {
  readonly digest: Digest;
  /** When the tag was moved to it, the last time if more than once. */
  readonly since: Date;
  readonly isNow: boolean;
}

/** Where a tag or a manifest revision came from. No record means: pushed. */
export interface Origin {
  /** Host of the upstream, as configured. */
  readonly upstream: string;
  /** When the upstream last said that this is so; milliseconds since 1970. */
  readonly confirmed: number;
}

/** Our own records beside a repository, in its `_mirror/` folder, which Distribution's walkers skip. A damaged record reads as none. */
export interface Origins {
  readTag(repository: string, tag: string): Promise<Origin | undefined>;
  /** Written before the tag itself, so that a crash between the two never makes an upstream's tag look pushed. */
  writeTag(repository: string, tag: string, origin: Origin): Promise<void>;
  removeTag(repository: string, tag: string): Promise<void>;
  readRevision(repository: string, digest: Digest): Promise<Origin | undefined>;
  writeRevision(repository: string, digest: Digest, origin: Origin): Promise<void>;
  removeRevision(repository: string, digest: Digest): Promise<void>;
}

/** Manifests by their subject. Derived: rebuilt from the repository's revisions when it is missing. */
export interface Referrers {
  add(repository: string, subject: Digest, referrer: Descriptor): Promise<void>;
  remove(repository: string, subject: Digest, referrer: Digest): Promise<void>;
  list(repository: string, subject: Digest): Promise<Descriptor[]>;
}

/** Pushes under way, in the layout's `_uploads/`. */
export interface Uploads {
  create(repository: string): Promise<Upload>;
  /**
   * Takes up an upload, after a restart as well. It must be closed before it can be taken up again.
   * @throws StoreError `STORE_BUSY` when another request has it
   */
  open(repository: string, id: string): Promise<Upload | undefined>;
  /** Uploads begun before `before` that nobody has taken up, for cleaning. */
  stale(before: Date): AsyncIterable<{ repository: string; id: string; cancel(): Promise<void> }>;
}

/** One upload, taken up. */
export interface Upload {
  readonly id: string;
  readonly repository: string;
  /** Bytes received so far. */
  readonly offset: number;
  /** Appends at `offset`. Calls must not overlap. On an error `offset` still tells what is safely here. */
  append(chunk: Buffer): Promise<void>;
  /**
   * Verifies, makes the content a visible blob linked in the repository, and ends the upload.
   * @throws DigestMismatchError; the upload is still there then
   */
  commit(digest: Digest): Promise<void>;
  cancel(): Promise<void>;
  close(): Promise<void>;
}
