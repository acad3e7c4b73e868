import type { MirrorClient } from './mirror-client.js';
import type { Quotas } from './quotas.js';

/**
 * The same client within the limits of upstreams: what may cost a pull is asked when it may, and a refusal because of too many is one that is
 * waited for. Besides what the client throws, every method may throw a RateLimitedError.
 */
export function limitClient(client: MirrorClient, quotas: Quotas): MirrorClient {
  const isHeld = async (...asked: Parameters<MirrorClient['held']>) =>
    (await client.held(...asked)) !== undefined;
  return {
    held: client.held,
    close: client.close,
    tag: (name, tag, how, signal) =>
      how === 'ask'
        ? quotas.ask(name, () => client.tag(name, tag, how, signal))
        : quotas.pull(
            name,
            async () => {
              const { state, digest } = await client.tag(name, tag, 'ask', signal);
              return state === 'here' || (await isHeld(name, digest, signal));
            },
            () => client.tag(name, tag, how, signal),
          ),
    manifest: (name, reference, signal) =>
      quotas.pull(
        name,
        () => isHeld(name, reference, signal),
        () => client.manifest(name, reference, signal),
      ),
    // Where an upstream has no referrers API, it is asked for a manifest instead.
    referrers: (name, digest, signal) =>
      quotas.pull(
        name,
        async () => false,
        () => client.referrers(name, digest, signal),
      ),
    tags: (name, signal) => quotas.ask(name, () => client.tags(name, signal)),
    blobSize: (name, digest, signal) => quotas.ask(name, () => client.blobSize(name, digest, signal)),
    fetchBlob: (name, blob, onBytes, signal) =>
      quotas.ask(name, () => client.fetchBlob(name, blob, onBytes, signal)),
  };
}
