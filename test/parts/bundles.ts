import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type ApplyOptions, applyBundle } from '#src/images/bundle/apply.js';
import { type Base, baseOf, NO_BASE } from '#src/images/bundle/base.js';
import { writeToStream } from '#src/images/bundle/create.js';
import type { ApplyEvent, CreateEvent } from '#src/images/bundle/events.js';
import { planBundle } from '#src/images/bundle/plan-bundle.js';
import { publicKeyOf } from '#src/images/bundle/public-key.js';
import { type Opened, openBundle } from '#src/images/bundle/read-bundle.js';
import { checkSignature } from '#src/images/bundle/signature.js';
import type { BundleSource } from '#src/images/bundle/source.js';
import { Tape } from '#src/images/bundle/tape.js';
import type { UpstreamHosts } from '#src/oci/stored-name.js';
import type { Store } from '#src/store/port.js';

/** The upstreams of the mirrors in tests. */
export const BUNDLE_HOSTS: UpstreamHosts = {
  upstreams: new Map([
    ['docker.io', true],
    ['second.example', true],
  ]),
  defaultHost: 'docker.io',
};

const { signal } = new AbortController();

/** A key to sign bundles with. */
export function bundleKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey;
}

/** What a bundle is made with, besides what it holds. */
export interface BundleOptions {
  readonly images?: readonly string[];
  readonly base?: Base;
  readonly key?: KeyObject;
  readonly hosts?: UpstreamHosts;
  /** Milliseconds since 1970; always the same when absent. */
  readonly now?: number;
  readonly tell?: (event: CreateEvent) => void;
}

/** Makes a bundle in memory. */
export async function bundleBytes(store: Store, options: BundleOptions = {}): Promise<Buffer> {
  const {
    images = [],
    base = NO_BASE,
    key = bundleKey(),
    hosts = BUNDLE_HOSTS,
    now = 1_700_000_000_000,
  } = options;
  const tell = options.tell ?? (() => undefined);
  const composed = await planBundle({ store, hosts, images, base, now, signal }, tell);
  const pieces: Buffer[] = [];
  const output = { append: async (bytes: Buffer) => void pieces.push(Buffer.from(bytes)) };
  await writeToStream(composed, output, { blobs: store.blobs, key, signal, listFile: undefined }, tell);
  return Buffer.concat(pieces);
}

/** A bundle in memory, read like a file or like a pipe; `onRead` is told of every piece. */
export function bytesSource(
  bytes: Buffer,
  seekable = true,
  onRead: (count: number) => void = () => undefined,
): BundleSource {
  return {
    name: 'bundle',
    seekable,
    async *open(position) {
      for (let at = position; at < bytes.length; at += 65_536) {
        const piece = bytes.subarray(at, at + 65_536);
        onRead(piece.length);
        yield piece;
      }
    },
    close: async () => undefined,
  };
}

/** The list of a bundle, and what another one builds on. */
export async function opened(bytes: Buffer): Promise<Opened & { readonly base: Base }> {
  const tape = new Tape(bytesSource(bytes), signal);
  const found = await openBundle(tape);
  return { ...found, base: baseOf(found.list, found.listDigest) };
}

/** How a bundle is applied, besides where to. */
export interface ApplyChanges extends Partial<ApplyOptions> {
  /** False: as what nobody signed. */
  readonly signed?: boolean;
  readonly seekable?: boolean;
  readonly onRead?: (count: number) => void;
  /** Filled with what is told, also when it fails. */
  readonly events?: ApplyEvent[];
}

/** Applies a bundle, and gives what was told but for the progress. @throws as `applyBundle` does */
export async function applyBytes(
  bytes: Buffer,
  store: Store,
  state: string,
  { signed = true, seekable, onRead, events = [], ...changes }: ApplyChanges = {},
): Promise<ApplyEvent[]> {
  const tape = new Tape(bytesSource(bytes, seekable, onRead), signal);
  const found = await openBundle(tape);
  const options: ApplyOptions = {
    store,
    hosts: BUNDLE_HOSTS,
    signer: signed ? checkSignature(found.listBytes, found.signature).fingerprint : undefined,
    force: false,
    partial: false,
    dryRun: false,
    room: Number.MAX_SAFE_INTEGER,
    state,
    signal,
    ...changes,
  };
  await applyBundle('bundle', tape, found, options, (event) => {
    if (event.event !== 'progress') events.push(event);
  });
  return events;
}

/** The fingerprint of a key. */
export function fingerprintOf(key: KeyObject): string {
  return publicKeyOf(key).fingerprint;
}
