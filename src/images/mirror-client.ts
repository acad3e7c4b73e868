import { createHash } from 'node:crypto';
import { algorithmOf, type Digest, hexOf, isDigest } from '../oci/digest.js';
import { type Descriptor, type Manifest, parseManifest } from '../oci/manifest.js';
import { MANIFEST_ACCEPT, OCI_INDEX } from '../oci/media-type.js';
import { fetchBlob } from './fetch-blob.js';
import { refusal } from './mirror-errors.js';
import {
  type AskingHabits,
  broken,
  headerOf,
  type MirrorAccess,
  type MirrorHead,
  openMirrorHttp,
  readUpTo,
} from './mirror-http.js';
import { listTags, type TagList } from './mirror-tags.js';
import { type WireName, wirePath } from './wire-name.js';

/** The mirror gives what it had, as the upstream could not be asked: the warn-code (RFC 7234 §5.5), 112 when it is told to be offline. */
export type Stale = '110' | '111' | '112' | undefined;

/** What a tag stands for. */
export interface TagAnswer {
  readonly digest: Digest;
  readonly stale: Stale;
  /**
   * How the mirror stands to it. `here`: it gave that manifest for the tag before. `taken`: it does from now on. `there`: it does not yet, as
   * it was asked to store nothing.
   */
  readonly state: 'here' | 'taken' | 'there';
}

/** A manifest as the mirror gives it. */
export interface MirroredManifest {
  readonly digest: Digest;
  readonly manifest: Manifest;
  readonly stale: Stale;
}

/** What an update asks of a mirror. Every method throws a MirrorRequestError, or the signal's reason. */
export interface MirrorClient {
  /**
   * What a tag stands for at the upstream, which the mirror asks by one HEAD. `ask`: the mirror is to store nothing; `take`: what it stands
   * for is to be here, and the tag is to stand for it.
   */
  tag(name: WireName, tag: string, how: 'ask' | 'take', signal: AbortSignal): Promise<TagAnswer>;
  /** What the mirror gives for a tag or digest when it asks nobody; undefined: nothing. */
  held(name: WireName, reference: string, signal: AbortSignal): Promise<Digest | undefined>;
  /** A manifest by tag or digest, checked against its digest. */
  manifest(name: WireName, reference: string, signal: AbortSignal): Promise<MirroredManifest>;
  /** What refers to a manifest, here and upstream; `stale` when the upstream could not be asked. */
  referrers(
    name: WireName,
    digest: Digest,
    signal: AbortSignal,
  ): Promise<{ readonly referrers: readonly Descriptor[]; readonly stale: boolean }>;
  /** The tags of a repository. */
  tags(name: WireName, signal: AbortSignal): Promise<TagList>;
  /**
   * Bytes of a blob that the mirror holds. One that it does not hold costs one HEAD upstream. Undefined also when it cannot say: an answer to
   * HEAD has no reason in it, and `fetchBlob` has.
   */
  blobSize(name: WireName, digest: Digest, signal: AbortSignal): Promise<number | undefined>;
  /** Has the mirror fetch a blob, and resolves when it has verified the last byte. */
  fetchBlob(
    name: WireName,
    blob: Descriptor,
    onBytes: (count: number) => void,
    signal: AbortSignal,
  ): Promise<void>;
  close(): Promise<void>;
}

/** Bytes; the mirror takes no larger manifests. */
const LARGEST_MANIFEST = 8 * 1024 * 1024;

/** Makes a client of a mirror. It connects when it is first used. */
export async function createMirrorClient(
  access: MirrorAccess,
  habits: AskingHabits = {},
): Promise<MirrorClient> {
  const http = await openMirrorHttp(access, habits);
  return {
    async tag(name, tag, how, signal) {
      const control = how === 'ask' ? 'no-cache, no-store' : 'no-cache';
      const headers = { accept: MANIFEST_ACCEPT, 'cache-control': control };
      return tagAnswer(await http.head(wirePath(name, 'manifests', tag), headers, signal));
    },
    async held(name, reference, signal) {
      const headers = { accept: MANIFEST_ACCEPT, 'cache-control': 'only-if-cached' };
      const head = await http.head(wirePath(name, 'manifests', reference), headers, signal);
      return head.status === 200 ? digestIn(head) : undefined;
    },
    async manifest(name, reference, signal) {
      const headers = { accept: MANIFEST_ACCEPT };
      const answer = await http.get(wirePath(name, 'manifests', reference), headers, [200], signal);
      const bytes = await readUpTo(answer, LARGEST_MANIFEST, signal);
      const stated = isDigest(reference) ? reference : headerOf(answer, 'docker-content-digest');
      if (stated === undefined || !isDigest(stated)) throw broken('the mirror says no digest');
      const hash = createHash(algorithmOf(stated)).update(bytes).digest('hex');
      if (hash !== hexOf(stated)) throw broken(`the manifest ${stated} came damaged`);
      const stale = staleIn(headerOf(answer, 'warning'));
      return { digest: stated, manifest: parseManifest(bytes), stale };
    },
    async referrers(name, digest, signal) {
      const answer = await http.get(
        wirePath(name, 'referrers', digest),
        { accept: OCI_INDEX },
        [200],
        signal,
      );
      const bytes = await readUpTo(answer, LARGEST_MANIFEST, signal);
      const stale = /detail=stale/.test(headerOf(answer, 'cache-status') ?? '');
      return { referrers: parseManifest(bytes).manifests, stale };
    },
    tags: (name, signal) => listTags(http, name, signal),
    async blobSize(name, digest, signal) {
      const head = await http.head(wirePath(name, 'blobs', digest), { accept: '*/*' }, signal);
      const length = head.status === 200 && isHit(head) ? head.header('content-length') : undefined;
      return length === undefined ? undefined : Number(length);
    },
    fetchBlob: (name, blob, onBytes, signal) => fetchBlob(http, name, blob, onBytes, signal),
    close: () => http.close(),
  };
}

function tagAnswer(head: MirrorHead): TagAnswer {
  if (head.status !== 200) throw refusal(head.status, '', head.header('retry-after'));
  const stored = /; *stored\b/.test(head.header('cache-status') ?? '');
  const state = isHit(head) ? 'here' : stored ? 'taken' : 'there';
  return { digest: digestIn(head), stale: staleIn(head.header('warning')), state };
}

function digestIn(head: MirrorHead): Digest {
  const digest = head.header('docker-content-digest') ?? '';
  if (!isDigest(digest)) throw broken('the mirror says no digest');
  return digest;
}

function isHit(head: MirrorHead): boolean {
  return /^docker-mirror; *hit\b/.test(head.header('cache-status') ?? '');
}

function staleIn(warning: string | undefined): Stale {
  return /^(110|111|112) /.exec(warning ?? '')?.[1] as Stale;
}
