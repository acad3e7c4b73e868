import type { Digest } from '../oci/digest.js';
import { OciError } from '../oci/error-code.js';
import type { BlobHandle } from '../store/port.js';
import type { BlobSize } from '../upstream/port.js';
import type { Context } from './context.js';
import type { Remote, Target } from './naming.js';
import { remoteFor } from './remote-for.js';
import type { Transfer, TransferReader } from './transfer.js';
import { asOciError } from './upstream-answer.js';

/** Where a blob's bytes are to be had. */
export type BlobSource =
  | { readonly kind: 'stored'; readonly handle: BlobHandle }
  | {
      readonly kind: 'arriving';
      readonly transfer: Transfer;
      /** To be told to leave, whatever happens. */
      readonly reader: TransferReader;
      readonly remote: Remote;
      readonly joined: boolean;
    };

/** What is known of a blob without opening it. */
export interface BlobSummary {
  readonly size: number | undefined;
  readonly stored: boolean;
}

/**
 * Opens a blob: from the store when the repository has it, else from the transfer under way, else from a new one. What is here
 * under another name is given out after one HEAD at this name's upstream (I8).
 * @param background nobody waits for it
 * @throws OciError
 */
export async function openBlob(
  context: Context,
  target: Target,
  digest: Digest,
  background = false,
): Promise<BlobSource> {
  // A transfer may end between two looks; then the blob is here, and the next round finds it.
  for (let round = 0; round < 3; round += 1) {
    const here = await openLinked(context, target, digest);
    if (here !== undefined) return { kind: 'stored', handle: here };
    const remote = remoteFor(context, target, digest, 'BLOB_UNKNOWN');
    const running = context.transfers.current(digest);
    if (running !== undefined && !running.serves(remote.stored)) {
      await admit(context, remote, digest, running);
      // It may have ended meanwhile, and left the blob linked.
      if (context.transfers.current(digest) !== running) continue;
    }
    const joined = running?.join(background);
    if (running !== undefined && joined !== undefined) {
      return { kind: 'arriving', transfer: running, reader: joined, remote, joined: true };
    }
    const joining = context.transfers.isStarting(digest);
    const started = await context.transfers.start(remote, digest);
    if (started === undefined) {
      const linked = await linkAfterHead(context, remote, digest);
      if (linked !== undefined) return { kind: 'stored', handle: linked };
      continue;
    }
    const reader = started.serves(remote.stored) ? started.join(background) : undefined;
    if (reader !== undefined) return { kind: 'arriving', transfer: started, reader, remote, joined: joining };
  }
  throw new OciError('UNAVAILABLE', `${digest} comes and goes`, { headers: { 'Retry-After': '1' } });
}

/** The size of a blob that the repository has here; undefined when it has not. */
export async function describeStored(
  context: Context,
  target: Target,
  digest: Digest,
): Promise<BlobSummary | undefined> {
  for (const name of namesOf(target)) {
    if (!(await context.store.repositories.hasLayer(name, digest))) continue;
    const info = await context.store.blobs.stat(digest);
    if (info !== undefined) return { size: info.size, stored: true };
  }
  return undefined;
}

/**
 * The size of a blob from its upstream: at most one HEAD, never a download. What turns out to be here is linked.
 * @throws OciError
 */
export async function describeRemote(context: Context, target: Target, digest: Digest): Promise<BlobSummary> {
  const remote = remoteFor(context, target, digest, 'BLOB_UNKNOWN');
  const running = context.transfers.current(digest);
  if (running?.serves(remote.stored) && running.size !== undefined)
    return { size: running.size, stored: false };
  const { size } = await headUpstream(context, remote, digest);
  const info = await context.store.blobs.stat(digest);
  if (info === undefined) return { size, stored: false };
  await link(context, remote, digest);
  return { size: info.size, stored: true };
}

/** The names under which the store may have what was asked for: as pushed, and as the upstream's. */
export function namesOf(target: Target): string[] {
  const { named, remote } = target;
  return remote === undefined || remote.stored === named ? [named] : [named, remote.stored];
}

async function openLinked(context: Context, target: Target, digest: Digest): Promise<BlobHandle | undefined> {
  for (const name of namesOf(target)) {
    if (!(await context.store.repositories.hasLayer(name, digest))) continue;
    const handle = await context.store.blobs.open(digest);
    if (handle !== undefined) return handle;
  }
  return undefined;
}

/** The upstream to ask, or the reason why none is. */
async function linkAfterHead(
  context: Context,
  remote: Remote,
  digest: Digest,
): Promise<BlobHandle | undefined> {
  await headUpstream(context, remote, digest);
  await link(context, remote, digest);
  return context.store.blobs.open(digest);
}

async function admit(context: Context, remote: Remote, digest: Digest, transfer: Transfer): Promise<void> {
  await headUpstream(context, remote, digest);
  await transfer.admit(remote.stored);
}

/** A link that cannot be written only means that the next request asks the upstream again. */
async function link(context: Context, remote: Remote, digest: Digest): Promise<void> {
  try {
    await context.store.repositories.linkLayer(remote.stored, digest);
  } catch (error) {
    context.alarm.raise(error);
  }
}

async function headUpstream(context: Context, remote: Remote, digest: Digest): Promise<BlobSize> {
  const key = `blob ${remote.stored} ${digest}`;
  try {
    return (await context.asking.run(key, () =>
      remote.upstream.headBlob(remote.repository, digest),
    )) as BlobSize;
  } catch (error) {
    throw asOciError(error, 'BLOB_UNKNOWN');
  }
}
