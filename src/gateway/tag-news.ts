import type { Digest } from '../oci/digest.js';
import { OciError } from '../oci/error-code.js';
import type { ManifestInfo } from '../upstream/port.js';
import type { Context } from './context.js';
import type { FoundManifest } from './manifest-lookup.js';
import type { Remote, Target } from './naming.js';
import { remoteFor } from './remote-for.js';
import { findLocal, record } from './tag-lookup.js';
import { asOciError } from './upstream-answer.js';

/** What an upstream says of a tag that stands for something else here, or for nothing. */
export interface ManifestNews {
  readonly kind: 'news';
  readonly digest: Digest;
  readonly info: ManifestInfo;
  readonly upstream: string;
}

/**
 * What a tag stands for upstream now, with nothing fetched for it: what HEAD with `Cache-Control: no-store` asks for (RFC 9111
 * §5.2.1.5). On Docker Hub a HEAD does not count, and the GET that would bring the manifest here does. What it confirms is noted; the tag
 * does not move.
 * @returns the manifest when the tag still stands for it; undefined when no upstream is to be asked: the tag was pushed, or the mirror is offline
 * @throws OciError
 */
export async function newsOfTag(
  context: Context,
  target: Target,
  tag: string,
): Promise<FoundManifest | ManifestNews | undefined> {
  const local = await findLocal(context, target, tag);
  const pushed = local !== undefined && local.known.origin === undefined;
  if (pushed || context.config.mirror.offline) return undefined;
  const remote = remoteFor(context, target, tag, 'MANIFEST_UNKNOWN');
  const upstream = remote.upstream.host;
  try {
    const info = await headUpstream(context, remote, tag);
    const { digest } = info;
    if (digest === undefined) {
      throw new OciError('UNAVAILABLE', `${upstream} does not say which manifest ${tag} is`, { status: 502 });
    }
    if (digest !== local?.stored.digest) return { kind: 'news', digest, info, upstream };
    record(context, remote, tag, local.stored, local);
    return { stored: local.stored, outcome: 'revalidated', upstream };
  } catch (error) {
    throw asOciError(error, 'MANIFEST_UNKNOWN');
  }
}

async function headUpstream(
  context: Context,
  { upstream, repository, stored }: Remote,
  tag: string,
): Promise<ManifestInfo> {
  const asked = context.asking.run(`news ${stored} ${tag}`, () => upstream.headManifest(repository, tag));
  return (await asked) as ManifestInfo;
}
