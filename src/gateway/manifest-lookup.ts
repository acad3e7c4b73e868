import type { Digest } from '../oci/digest.js';
import { OciError } from '../oci/error-code.js';
import { parseManifest } from '../oci/manifest.js';
import { bareMediaType, isSchema1 } from '../oci/media-type.js';
import type { FetchedManifest } from '../upstream/port.js';
import { namesOf } from './blob-lookup.js';
import type { Context } from './context.js';
import type { Outcome } from './exchange.js';
import type { StoredManifest } from './manifest-cache.js';
import { hasManifest, keepManifest, loadManifest } from './manifest-store.js';
import type { Remote, Target } from './naming.js';
import { type PushProbe, probing } from './push-probe.js';
import { remoteFor } from './remote-for.js';
import { asOciError } from './upstream-answer.js';

/** A manifest to answer with, and how it was come by. */
export interface FoundManifest {
  readonly stored: StoredManifest;
  readonly outcome: Outcome;
  /** The upstream that was asked, if one was. */
  readonly upstream: string | undefined;
  /** When it is stale: when its tag was last confirmed (milliseconds since 1970), and the warn-code (RFC 7234 §5.5). */
  readonly stale?: { readonly confirmed: number; readonly warning: 110 | 111 | 112 };
}

/**
 * The manifest of a digest: what is here is served without asking anybody (I4); what is here under another name only after
 * one HEAD at this name's upstream (I8).
 * @param probe whether the request may come before a push; asked only when nothing is here
 * @throws OciError
 */
export async function findByDigest(
  context: Context,
  target: Target,
  digest: Digest,
  probe: () => Promise<PushProbe>,
): Promise<FoundManifest> {
  for (const name of namesOf(target)) {
    if (!(await hasManifest(context, name, digest))) continue;
    const stored = await loadManifest(context, digest);
    if (stored !== undefined) return { stored, outcome: 'hit', upstream: undefined };
  }
  const unknown = new OciError('MANIFEST_UNKNOWN', `${target.named} has no ${digest}`);
  return probing(await probe(), unknown, async () => {
    const remote = remoteFor(context, target, digest, 'MANIFEST_UNKNOWN');
    const stored = await fetchManifest(context, remote, digest);
    return { stored, outcome: 'miss', upstream: remote.upstream.host };
  });
}

/** Fetches a manifest by digest into the store, once for all who ask at the same time. */
export async function fetchManifest(
  context: Context,
  remote: Remote,
  digest: Digest,
): Promise<StoredManifest> {
  try {
    return (await context.asking.run(`manifest ${remote.stored} ${digest}`, async () => {
      const here = await loadManifest(context, digest);
      if (here === undefined) {
        return keepFetched(context, remote, await remote.upstream.getManifest(remote.repository, digest));
      }
      if (!(await hasManifest(context, remote.stored, digest))) {
        await remote.upstream.headManifest(remote.repository, digest);
        keepManifest(context, remote.stored, here, remote.upstream.host);
      }
      return here;
    })) as StoredManifest;
  } catch (error) {
    throw asOciError(error, 'MANIFEST_UNKNOWN');
  }
}

/**
 * Reads and keeps what an upstream sent.
 * @throws OciError when it is no manifest that can be served
 */
export function keepFetched(context: Context, remote: Remote, fetched: FetchedManifest): StoredManifest {
  const stored = { digest: fetched.digest, bytes: fetched.bytes, manifest: readFetched(remote, fetched) };
  keepManifest(context, remote.stored, stored, remote.upstream.host);
  return stored;
}

function readFetched(remote: Remote, fetched: FetchedManifest) {
  try {
    // Only the bytes are kept, so the bytes alone say what it is; registries on plain web servers have odd types besides.
    const declared = bareMediaType(fetched.mediaType ?? '');
    return parseManifest(fetched.bytes, isSchema1(declared) ? declared : undefined);
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    const message = `${remote.upstream.host} sent for ${remote.repository}: ${error.message}`;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new OciError(error.code, message, { status: 502, ...hint, cause: error });
  }
}
