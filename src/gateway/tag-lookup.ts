import { setTimeout as delay } from 'node:timers/promises';
import { OciError } from '../oci/error-code.js';
import type { TagMove } from '../store/port.js';
import { UpstreamError } from '../upstream/errors.js';
import { namesOf } from './blob-lookup.js';
import type { Context } from './context.js';
import type { KnownReference, StoredManifest } from './manifest-cache.js';
import { type FoundManifest, fetchManifest, keepFetched } from './manifest-lookup.js';
import { knownTag, loadManifest } from './manifest-store.js';
import type { Remote, Target } from './naming.js';
import { type PushProbe, probing } from './push-probe.js';
import { remoteFor } from './remote-for.js';
import { asOciError } from './upstream-answer.js';

/** A confirmation is written down at most this often, milliseconds: it costs an fsync. */
const RECORD_EVERY = 10_000;

/** What is here for a tag. */
export interface LocalTag {
  readonly known: KnownReference;
  readonly stored: StoredManifest;
}

/**
 * The manifest of a tag: pushed content as pushed; an upstream's tag after a HEAD upstream, unless it was confirmed lately; and what
 * is here, marked as stale, when the upstream is down, slow or rate-limited (I4).
 * @param probe whether the request may come before a push; asked only when nothing is here
 * @param anew the upstream is to be asked now, and what it has not confirmed is not wanted (`Cache-Control: no-cache`)
 * @throws OciError
 */
export async function findByTag(
  context: Context,
  target: Target,
  tag: string,
  probe: () => Promise<PushProbe>,
  anew = false,
): Promise<FoundManifest> {
  const local = await findLocal(context, target, tag);
  const { remote } = target;
  if (local !== undefined && (local.known.origin === undefined || remote === undefined)) return hit(local);
  if (local !== undefined && !anew && isFresh(context, local.known, remote)) return hit(local);
  if (local !== undefined && context.config.mirror.offline) return stale(local, 112);
  if (local !== undefined) {
    const asked = remoteFor(context, target, tag, 'MANIFEST_UNKNOWN');
    return anew ? confirm(context, asked, tag, local) : revalidate(context, asked, tag, local);
  }
  const unknown = new OciError('MANIFEST_UNKNOWN', `${target.named} has no ${tag}`);
  return probing(await probe(), unknown, async () =>
    revalidate(context, remoteFor(context, target, tag, 'MANIFEST_UNKNOWN'), tag, undefined),
  );
}

/** Pushed content under the name as given comes first; then what the upstream's repository has. */
export async function findLocal(
  context: Context,
  target: Target,
  tag: string,
): Promise<LocalTag | undefined> {
  for (const name of namesOf(target)) {
    const known = await knownTag(context, name, tag);
    if (known === undefined) continue;
    if (known.origin !== undefined && isForeign(target, name)) continue;
    const stored = await loadManifest(context, known.digest);
    if (stored !== undefined) return { known, stored };
  }
  return undefined;
}

/** Whether what was fetched under a name belongs to another image than the one that is meant. */
function isForeign({ remote, listed }: Target, name: string): boolean {
  return remote === undefined ? listed : name !== remote.stored;
}

function isFresh(context: Context, known: KnownReference, remote: Remote | undefined): boolean {
  if (known.origin === undefined || known.origin.upstream !== remote?.upstream.host) return false;
  const age = context.now() - known.origin.confirmed;
  return age >= 0 && age < context.config.mirror.revalidate;
}

async function revalidate(
  context: Context,
  remote: Remote,
  tag: string,
  local: LocalTag | undefined,
): Promise<FoundManifest> {
  const asked = context.asking.run(`tag ${remote.stored} ${tag}`, () => ask(context, remote, tag, local));
  const upstream = remote.upstream.host;
  try {
    const current = (await (local === undefined ? asked : patiently(asked, context.confirmWithin))) as
      | StoredManifest
      | undefined;
    if (current === undefined && local !== undefined) {
      asked.catch((error: unknown) => context.logger.debug({ err: error, upstream }, 'a late answer failed'));
      return { ...stale(local, 110), upstream };
    }
    return confirmed(current as StoredManifest, local, upstream);
  } catch (error) {
    if (local !== undefined && isTrouble(error)) return { ...stale(local, 111), upstream };
    throw asOciError(error, 'MANIFEST_UNKNOWN');
  }
}

/** What the upstream says, however long that takes, or why it does not. */
async function confirm(
  context: Context,
  remote: Remote,
  tag: string,
  local: LocalTag,
): Promise<FoundManifest> {
  try {
    const asked = context.asking.run(`tag anew ${remote.stored} ${tag}`, () =>
      ask(context, remote, tag, local, true),
    );
    return confirmed((await asked) as StoredManifest, local, remote.upstream.host);
  } catch (error) {
    throw asOciError(error, 'MANIFEST_UNKNOWN');
  }
}

function confirmed(stored: StoredManifest, local: LocalTag | undefined, upstream: string): FoundManifest {
  const same = stored.digest === local?.stored.digest;
  return { stored, outcome: same ? 'revalidated' : 'miss', upstream };
}

/** The result, or undefined when it takes too long. */
async function patiently(asked: Promise<unknown>, milliseconds: number): Promise<unknown> {
  const timer = new AbortController();
  try {
    return await Promise.race([asked, delay(milliseconds, undefined, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}

/** Whether an upstream's failure says nothing about the tag itself. What it denies or no longer has is not served on. */
function isTrouble(error: unknown): boolean {
  if (error instanceof OciError) return error.status >= 500 || error.status === 429;
  if (!(error instanceof UpstreamError)) return false;
  return error.code !== 'UPSTREAM_NOT_FOUND' && error.code !== 'UPSTREAM_DENIED';
}

/** HEAD upstream, then the manifest by digest, from here when it is here. */
async function ask(
  context: Context,
  remote: Remote,
  tag: string,
  local: LocalTag | undefined,
  anew = false,
): Promise<StoredManifest> {
  const { upstream, repository } = remote;
  // Another request's question may have been answered since this one looked the tag up.
  const latest = anew ? undefined : context.manifests.reference(remote.stored, tag);
  if (latest !== undefined && isFresh(context, latest, remote)) {
    const stored = context.manifests.manifest(latest.digest);
    if (stored !== undefined) return stored;
  }
  const head = await upstream.headManifest(repository, tag);
  const stored =
    head.digest === undefined
      ? keepFetched(context, remote, await upstream.getManifest(repository, tag))
      : head.digest === local?.stored.digest
        ? local.stored
        : await fetchManifest(context, remote, head.digest);
  record(context, remote, tag, stored, local);
  return stored;
}

/** Notes what a tag stands for: it is so from now on, and written behind that, after its manifest. */
export function record(
  context: Context,
  remote: Remote,
  tag: string,
  stored: StoredManifest,
  local: LocalTag | undefined,
  how: TagMove = 'moved',
): void {
  const origin = { upstream: remote.upstream.host, confirmed: context.now() };
  const moved = local?.known.digest !== stored.digest;
  const last = local?.known.origin;
  const due = last?.upstream !== origin.upstream || origin.confirmed - last.confirmed >= RECORD_EVERY;
  const { origins, repositories } = context.store;
  context.manifests.learn(remote.stored, tag, { digest: stored.digest, origin });
  if (!moved && !due) return;
  context.keeping.start(remote.stored, async () => {
    await origins.writeTag(remote.stored, tag, origin);
    if (!moved) return;
    await repositories.writeTag(remote.stored, tag, stored.digest, how);
    await repositories.pruneTag(remote.stored, tag, context.config.mirror.keepDigests);
  });
}

function hit(local: LocalTag): FoundManifest {
  return { stored: local.stored, outcome: 'hit', upstream: undefined };
}

function stale(local: LocalTag, warning: 110 | 111 | 112): FoundManifest {
  const confirmed = local.known.origin?.confirmed ?? 0;
  return { stored: local.stored, outcome: 'stale', upstream: undefined, stale: { confirmed, warning } };
}
