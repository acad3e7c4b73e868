import type { Digest } from '../../oci/digest.js';
import { OciError } from '../../oci/error-code.js';
import type { Store } from '../../store/port.js';
import { type LoadedManifest, loadManifest } from '../archive/load-manifest.js';
import { blobPath } from '../archive/plan.js';
import { ArchiveError } from '../archive-error.js';
import { storeManifest, storeTag } from '../import/store-content.js';
import type { PlannedUnit } from './plan-apply.js';

/** Makes units visible, once their content is here. */
export class UnitPlacer {
  /** Manifests that are linked in a repository, with all that they need. */
  readonly #done = new Set<string>();

  constructor(private readonly store: Store) {}

  /**
   * Links a unit's content, then its manifests, then its tag. What a manifest needs is read from its own bytes, and not from the list.
   * @throws ArchiveError when its content is not what the list says it is; its tag is as it was then
   */
  async place(unit: PlannedUnit): Promise<void> {
    const { repository, upstream, borrowed, tag, root } = unit;
    const loaded: LoadedManifest[] = [];
    for (const digest of unit.manifests) loaded.push(await this.#load(digest));
    for (const manifest of loaded) await this.#requireWhole(manifest, unit);
    for (const manifest of loaded) {
      const from = borrowed.has(manifest.digest) ? borrowed.get(manifest.digest) : upstream;
      const key = `${repository}\n${from ?? ''}\n${manifest.digest}`;
      if (this.#done.has(key)) continue;
      for (const digest of neededBy(manifest)) {
        if (await this.store.repositories.hasLayer(repository, digest)) continue;
        await this.store.repositories.linkLayer(repository, digest);
      }
      await storeManifest(this.store, { repository, upstream: from }, manifest);
      this.#done.add(key);
    }
    await storeTag(this.store, { repository, tag, upstream }, root);
  }

  async #load(digest: Digest): Promise<LoadedManifest> {
    try {
      const loaded = await loadManifest(this.store.blobs, digest);
      if (loaded !== undefined) return loaded;
    } catch (error) {
      if (!(error instanceof OciError)) throw error;
      throw new ArchiveError(`${blobPath(digest)} is no manifest, as its list says`, { cause: error });
    }
    throw new ArchiveError(`${blobPath(digest)} was removed meanwhile`, { hint: 'run it again' });
  }

  async #requireWhole(manifest: LoadedManifest, unit: PlannedUnit): Promise<void> {
    const allowed = new Set(unit.blobs);
    if (lacksAll(manifest, unit)) {
      throw new ArchiveError(`${blobPath(manifest.digest)} names images of which its list does not say any`);
    }
    for (const digest of neededBy(manifest)) {
      if (!allowed.has(digest)) {
        throw new ArchiveError(`${blobPath(manifest.digest)} needs ${digest}, which its list does not say`);
      }
      if ((await this.store.blobs.stat(digest)) !== undefined) continue;
      throw new ArchiveError(`${blobPath(digest)} was removed meanwhile`, { hint: 'run it again' });
    }
  }
}

/** Of an index at least one image is to be there. */
function lacksAll({ manifest }: LoadedManifest, unit: PlannedUnit): boolean {
  const images = manifest.manifests.filter(({ platform }) => platform?.os !== 'unknown');
  return images.length > 0 && !images.some(({ digest }) => unit.manifests.includes(digest));
}

/** Config and layers, each once, without those that are to be had elsewhere. */
function neededBy({ manifest }: LoadedManifest): Digest[] {
  const { config, layers } = manifest;
  const all = config === undefined ? layers : [config, ...layers];
  return [...new Set(all.filter(({ urls }) => urls === undefined).map(({ digest }) => digest))];
}
