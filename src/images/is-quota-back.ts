import { MirrorError } from '../errors.js';
import { parseReference } from '../oci/reference.js';
import { createMirrorClient } from './mirror-client.js';
import type { MirrorAccess } from './mirror-http.js';
import { createQuotas } from './quotas.js';
import type { WaitingImages } from './waiting.js';
import { type KnownUpstreams, wireName } from './wire-name.js';

/** Where and how to ask. */
export interface QuotaQuestion {
  readonly access: MirrorAccess;
  readonly upstreams: KnownUpstreams;
  readonly reserve: number;
  /** An image of that upstream, with a tag: what it says of its limit comes with every answer. */
  readonly image: string;
  readonly signal: AbortSignal;
}

/**
 * Asks an upstream by one HEAD, which costs no pull, whether it allows so much again that going on is worth it. No when it cannot be
 * asked.
 */
export async function isQuotaBack(
  { upstream, images }: Pick<WaitingImages, 'upstream' | 'images'>,
  { access, upstreams, reserve, image, signal }: QuotaQuestion,
): Promise<boolean> {
  const reference = parseReference(image);
  if (upstream === null || reference.tag === undefined) return false;
  const quotas = createQuotas({ upstreams, reserve, signal });
  const client = await createMirrorClient(access, { background: true, watch: quotas.watch });
  try {
    await client.tag(wireName(reference, upstreams), reference.tag, 'ask', signal);
    return quotas.isWorthIt(upstream, images);
  } catch (error) {
    // Whatever it is, the next pass says it; now is not its time.
    if (signal.aborted || error instanceof MirrorError) return false;
    throw error;
  } finally {
    await client.close();
  }
}
