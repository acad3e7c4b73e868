import type { Digest } from '../oci/digest.js';
import { OciError } from '../oci/error-code.js';
import { namesOf } from './blob-lookup.js';
import type { Context } from './context.js';
import type { KnownReference, StoredManifest } from './manifest-cache.js';
import { type FoundManifest, fetchManifest } from './manifest-lookup.js';
import { hasManifest, knownTag, loadManifest } from './manifest-store.js';
import type { Remote, Target } from './naming.js';
import { type PushProbe, probing } from './push-probe.js';
import { remoteFor } from './remote-for.js';
import { record } from './tag-lookup.js';

/**
 * The manifest of a tag that the list of images pins: what the tag stands for here, or the digest that the list says, fetched by that digest
 * when it is not here. No upstream is asked what the tag stands for now.
 * @param probe whether the request may come before a push; asked only when nothing is here
 * @returns undefined when the tag is not pinned, was pushed, or is pinned as it is here and has never been here
 * @throws OciError
 */
export async function findPinned(
  context: Context,
  target: Target,
  tag: string,
  probe: () => Promise<PushProbe>,
): Promise<FoundManifest | undefined> {
  const { remote } = target;
  if (remote === undefined) return undefined;
  const pin = context.pins(remote.upstream.host, remote.repository, tag);
  if (pin === false) return undefined;
  const known = await knownTags(context, target, tag);
  // What was pushed under that name is never shadowed.
  if (known.some(({ origin }) => origin === undefined)) return undefined;
  const present = known.at(-1);
  const digest = pin === true ? present?.digest : pin;
  if (digest === undefined) return undefined;
  const held = (await hasManifest(context, remote.stored, digest))
    ? await loadManifest(context, digest)
    : undefined;
  if (held !== undefined) {
    move(context, remote, tag, present, held);
    return { stored: held, outcome: 'pinned', upstream: undefined };
  }
  const unknown = new OciError('MANIFEST_UNKNOWN', `${target.named} has no ${tag}`);
  return probing(await probe(), unknown, async () => {
    const stored = await fetchPinned(context, target, tag, digest);
    move(context, remote, tag, present, stored);
    return { stored, outcome: 'miss', upstream: remote.upstream.host };
  });
}

/** What is known of a tag here: of one that was pushed, and of one that came from this name's upstream. */
async function knownTags(context: Context, target: Target, tag: string): Promise<KnownReference[]> {
  const known: KnownReference[] = [];
  for (const name of namesOf(target)) {
    const found = await knownTag(context, name, tag);
    const isOurs = found?.origin === undefined || name === target.remote?.stored;
    if (found !== undefined && isOurs) known.push(found);
  }
  return known;
}

/** @throws OciError that names the pin when the upstream has no such manifest */
async function fetchPinned(
  context: Context,
  target: Target,
  tag: string,
  digest: Digest,
): Promise<StoredManifest> {
  const remote = remoteFor(context, target, `${tag}, pinned to ${digest},`, 'MANIFEST_UNKNOWN');
  try {
    return await fetchManifest(context, remote, digest);
  } catch (error) {
    if (!(error instanceof OciError) || error.code !== 'MANIFEST_UNKNOWN') throw error;
    const { host } = remote.upstream;
    throw new OciError(
      error.code,
      `${target.named}:${tag} is pinned to ${digest}, which ${host} does not have`,
      {
        hint: 'take the pin out of the list of images, or pin another digest: docker-mirror images unpin, docker-mirror images pin',
        cause: error,
      },
    );
  }
}

/**
 * The tag stands for what it is pinned to in the store as well, for whoever reads that: archives, the next start, other registries. Its
 * history stays, so that what came before it there still does.
 */
function move(
  context: Context,
  remote: Remote,
  tag: string,
  known: KnownReference | undefined,
  stored: StoredManifest,
): void {
  if (known?.digest === stored.digest) return;
  const local = known === undefined ? undefined : { known, stored };
  record(context, remote, tag, stored, local, 'put back');
}
