import type { Digest } from '../../oci/digest.js';
import { hostComponent } from '../../oci/host-component.js';
import { storedName, type UpstreamHosts } from '../../oci/stored-name.js';
import type { Store } from '../../store/port.js';
import { RepositoryContent } from './content.js';
import type { HeldContent, HeldManifest, HeldRepository, Inventory, LeftOut } from './inventory.js';
import { imageName } from './list.js';

/** What a survey is told. */
export interface SurveyOptions {
  readonly store: Store;
  readonly hosts: UpstreamHosts;
  readonly signal: AbortSignal;
}

/**
 * Finds out what a mirror has: every tag and every manifest whose content is here as a whole, and of an index what of it is. Reads
 * manifests, and looks at blobs.
 * @param names of repositories in the store
 */
export async function survey(
  names: AsyncIterable<string> | Iterable<string>,
  options: SurveyOptions,
): Promise<Inventory> {
  const found: Found = { repositories: [], manifests: new Map(), blobs: new Map(), leftOut: [] };
  for await (const stored of names) {
    options.signal.throwIfAborted();
    await surveyRepository(stored, options, found);
  }
  return found;
}

interface Found {
  readonly repositories: HeldRepository[];
  readonly manifests: Map<Digest, HeldManifest>;
  readonly blobs: Map<Digest, HeldContent>;
  readonly leftOut: LeftOut[];
}

/** Parts of a repository by the upstream they are from. */
type Parts = Map<string | undefined, { readonly tags: Map<string, Digest>; readonly manifests: Set<Digest> }>;

async function surveyRepository(
  stored: string,
  { store, hosts, signal }: SurveyOptions,
  found: Found,
): Promise<void> {
  const { repositories, origins } = store;
  const content = new RepositoryContent(store, stored, found.blobs);
  const parts: Parts = new Map();
  const from = new Map<Digest, string | undefined>();
  for await (const digest of repositories.revisions(stored)) {
    signal.throwIfAborted();
    if ((await content.look(digest)).held === undefined) continue;
    const upstream = (await origins.readRevision(stored, digest))?.upstream;
    from.set(digest, upstream);
    partOf(parts, upstream).manifests.add(digest);
  }
  for (const tag of (await repositories.tags(stored)) ?? []) {
    signal.throwIfAborted();
    const digest = await repositories.readTag(stored, tag);
    if (digest === undefined) continue;
    const upstream = (await origins.readTag(stored, tag))?.upstream;
    const { held, problem } = await content.look(digest);
    if (held === undefined) {
      const image = imageName({ upstream, name: nameAt(hosts, upstream, stored) }, tag, digest);
      found.leftOut.push({ stored, tag, image, problem });
      continue;
    }
    const part = partOf(parts, upstream);
    part.tags.set(tag, digest);
    for (const each of content.below(digest)) part.manifests.add(each);
  }
  content.addTo(found.manifests);
  for (const [upstream, { tags, manifests }] of parts) {
    const name = nameAt(hosts, upstream, stored);
    const own = [...manifests].sort();
    const borrowed = new Map(
      own.filter((digest) => from.get(digest) !== upstream).map((digest) => [digest, from.get(digest)]),
    );
    found.repositories.push({ stored, upstream, name, tags, manifests: own, borrowed });
  }
}

function partOf(parts: Parts, upstream: string | undefined) {
  const there = parts.get(upstream);
  if (there !== undefined) return there;
  const made = { tags: new Map<string, Digest>(), manifests: new Set<Digest>() };
  parts.set(upstream, made);
  return made;
}

/** The name that a stored repository has at its upstream: the inverse of `storedName`. */
export function nameAt(hosts: UpstreamHosts, upstream: string | undefined, stored: string): string {
  if (upstream === undefined) return stored;
  const prefix = `${hostComponent(upstream)}/`;
  const rest = stored.startsWith(prefix) ? stored.slice(prefix.length) : undefined;
  return rest !== undefined && rest !== '' && storedName(hosts, upstream, rest) === stored ? rest : stored;
}
