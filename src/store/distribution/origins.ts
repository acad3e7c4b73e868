import type { Digest } from '../../oci/digest.js';
import * as layout from '../layout.js';
import type { Origin, Origins } from '../port.js';
import type { Disk } from './disk.js';
import { atEdge } from './edge.js';

/** One small JSON file for each tag and revision that came from an upstream. */
export class DistributionOrigins implements Origins {
  readonly #disk: Disk;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  readTag(repository: string, tag: string): Promise<Origin | undefined> {
    return atEdge(`reading where ${repository}:${tag} is from`, () =>
      this.#read(layout.tagOrigin(repository, tag)),
    );
  }

  writeTag(repository: string, tag: string, origin: Origin): Promise<void> {
    return atEdge(`recording where ${repository}:${tag} is from`, () =>
      this.#write(layout.tagOrigin(repository, tag), origin),
    );
  }

  removeTag(repository: string, tag: string): Promise<void> {
    return atEdge(`forgetting where ${repository}:${tag} is from`, async () => {
      await this.#disk.remove(layout.tagOrigin(repository, tag));
    });
  }

  readRevision(repository: string, digest: Digest): Promise<Origin | undefined> {
    return atEdge(`reading where ${repository}@${digest} is from`, () =>
      this.#read(layout.revisionOrigin(repository, digest)),
    );
  }

  writeRevision(repository: string, digest: Digest, origin: Origin): Promise<void> {
    return atEdge(`recording where ${repository}@${digest} is from`, () =>
      this.#write(layout.revisionOrigin(repository, digest), origin),
    );
  }

  removeRevision(repository: string, digest: Digest): Promise<void> {
    return atEdge(`forgetting where ${repository}@${digest} is from`, async () => {
      await this.#disk.remove(layout.revisionOrigin(repository, digest));
    });
  }

  async #read(path: string): Promise<Origin | undefined> {
    const bytes = await this.#disk.readSmall(path);
    return bytes === undefined ? undefined : parseOrigin(bytes);
  }

  async #write(path: string, origin: Origin): Promise<void> {
    const { upstream, confirmed } = origin;
    const before = await this.#read(path);
    // A tag is confirmed every minute or so. That it keeps an older time after a loss of power does no harm; that the record is
    // missing would, because the tag would look pushed.
    const settle = before?.upstream !== upstream;
    await this.#disk.write(path, Buffer.from(`${JSON.stringify({ upstream, confirmed })}\n`), settle);
  }
}

function parseOrigin(bytes: Buffer): Origin | undefined {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    // Torn or not ours: the port says that a damaged record reads as none.
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { upstream, confirmed } = value as Record<string, unknown>;
  if (typeof upstream !== 'string' || typeof confirmed !== 'number') return undefined;
  return { upstream, confirmed };
}
