import { MirrorError } from '../../errors.js';
import type { Digest } from '../../oci/digest.js';
import type { Descriptor } from '../../oci/manifest.js';
import type { Store } from '../../store/port.js';
import { type LoadedManifest, loadManifest } from '../archive/load-manifest.js';
import { shownPlatform } from '../platforms.js';
import type { HeldContent, HeldManifest } from './inventory.js';
import { DEPTH_LIMIT } from './list.js';

/** What there is of a manifest: all that it needs, or why not. */
export type Looked =
  | { readonly held: HeldManifest; readonly problem: '' }
  | { readonly held: undefined; readonly problem: string };

/** What of the manifests of one repository is here. Each is read once. */
export class RepositoryContent {
  readonly #looked = new Map<Digest, Promise<Looked>>();
  readonly #held = new Map<Digest, HeldManifest>();

  /** @param blobs those that were found, of other repositories as well */
  constructor(
    private readonly store: Store,
    private readonly repository: string,
    private readonly blobs: Map<Digest, HeldContent>,
  ) {}

  /** Whether a manifest is here with all that it needs; of an index, with what is here of it. */
  look(digest: Digest, depth = 0): Promise<Looked> {
    const known = this.#looked.get(digest);
    if (known !== undefined) return known;
    const looked = this.#look(digest, depth);
    this.#looked.set(digest, looked);
    return looked;
  }

  /** A manifest that was found whole, and those below it. */
  below(digest: Digest): Set<Digest> {
    const all = new Set<Digest>();
    const add = (each: Digest): void => {
      if (all.has(each)) return;
      all.add(each);
      for (const child of this.#held.get(each)?.children ?? []) add(child);
    };
    add(digest);
    return all;
  }

  /** Adds what was found whole; of an index that another repository has too, the platforms of both. */
  addTo(manifests: Map<Digest, HeldManifest>): void {
    for (const [digest, held] of this.#held) {
      const other = manifests.get(digest);
      if (other === undefined) manifests.set(digest, held);
      else {
        const children = union(other.children, held.children);
        manifests.set(digest, { ...other, children, platforms: union(other.platforms, held.platforms) });
      }
    }
  }

  async #look(digest: Digest, depth: number): Promise<Looked> {
    if (!(await this.store.repositories.hasRevision(this.repository, digest)))
      return absent(`its manifest ${digest} is not here`);
    const loaded = await this.#load(digest);
    if ('problem' in loaded) return absent(loaded.problem);
    const { manifest, bytes } = loaded;
    const own =
      manifest.kind === 'index' ? await this.#lookAtIndex(loaded, depth) : await this.#lookAtImage(loaded);
    if ('problem' in own) return absent(own.problem);
    const held: HeldManifest = {
      mediaType: manifest.mediaType,
      size: bytes.length,
      subject: manifest.subject?.digest,
      modified: (await this.store.blobs.stat(digest))?.modified.getTime() ?? 0,
      ...own,
    };
    this.#held.set(digest, held);
    return { held, problem: '' };
  }

  async #load(digest: Digest): Promise<LoadedManifest | { readonly problem: string }> {
    try {
      return (
        (await loadManifest(this.store.blobs, digest)) ?? { problem: `its manifest ${digest} is not here` }
      );
    } catch (error) {
      // Damaged, or of a kind that is not served either.
      if (error instanceof MirrorError) return { problem: error.message };
      throw error;
    }
  }

  async #lookAtImage({ manifest }: LoadedManifest): Promise<Own | { readonly problem: string }> {
    const { config, layers } = manifest;
    const needed = (config === undefined ? layers : [config, ...layers]).filter(
      ({ urls }) => urls === undefined,
    );
    const missing: Digest[] = [];
    for (const blob of needed) if (!(await this.#hasBlob(blob))) missing.push(blob.digest);
    if (missing.length > 0) return { problem: `${inWords(missing)} missing` };
    return { children: [], blobs: [...new Set(needed.map(({ digest }) => digest))], platforms: [] };
  }

  async #lookAtIndex(
    { manifest }: LoadedManifest,
    depth: number,
  ): Promise<Own | { readonly problem: string }> {
    const children = new Set<Digest>();
    const platforms = new Set<string>();
    let [found, problem] = [false, ''];
    for (const entry of depth < DEPTH_LIMIT ? manifest.manifests : []) {
      const looked = await this.look(entry.digest, depth + 1);
      const isAttached = entry.platform?.os === 'unknown';
      if (looked.held === undefined) {
        if (!isAttached && problem === '') problem = looked.problem;
        continue;
      }
      children.add(entry.digest);
      found ||= !isAttached;
      if (entry.platform !== undefined && !isAttached) platforms.add(shownPlatform(entry.platform));
    }
    if (!found && problem !== '') return { problem };
    return { children: [...children], blobs: [], platforms: [...platforms] };
  }

  /** Linked in this very repository: what another one has is not its own. */
  async #hasBlob({ digest, size }: Descriptor): Promise<boolean> {
    if (!(await this.store.repositories.hasLayer(this.repository, digest))) return false;
    const known = this.blobs.get(digest);
    if (known !== undefined) return known.size === size;
    const info = await this.store.blobs.stat(digest);
    if (info?.size !== size) return false;
    this.blobs.set(digest, { size, modified: info.modified.getTime() });
    return true;
  }
}

type Own = Pick<HeldManifest, 'children' | 'blobs' | 'platforms'>;

function absent(problem: string): Looked {
  return { held: undefined, problem };
}

function inWords(missing: readonly Digest[]): string {
  const more = missing.length > 2 ? ` and ${missing.length - 2} more` : '';
  return `${missing.slice(0, 2).join(', ')}${more} ${missing.length > 1 ? 'are' : 'is'}`;
}

function union<T>(one: readonly T[], other: readonly T[]): T[] {
  return [...new Set([...one, ...other])];
}
