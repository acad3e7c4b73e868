import { MirrorError } from '../../errors.js';
import type { Platform } from '../../oci/manifest.js';
import { formatReference } from '../../oci/reference.js';
import type { Repositories } from '../../store/port.js';
import { ImageError } from '../archive-error.js';
import { selectTags } from '../tags/select-tags.js';
import type { WantedImage } from '../wanted-images.js';
import { type ArchiveEvent, type ArchiveRequest, type ArchiveSummary, archiveAll } from './archive-all.js';
import type { ArchiveOptions } from './archive-image.js';
import { repositoriesOf } from './find-image.js';

/** How the images that are kept are archived. */
export interface ArchiveKeptOptions extends ArchiveOptions {
  /** The platforms that images are kept for whose line names none. `platforms`, when there are some, count for all. */
  readonly keptFor: readonly Platform[];
}

/**
 * Writes the archives of images that are kept, each for the platforms that it is kept for. Of a line that selects tags, of every selected
 * one that is here.
 * @throws as `archiveAll`; StoreError
 */
export async function archiveKept(
  images: readonly WantedImage[],
  options: ArchiveKeptOptions,
  tell: (event: ArchiveEvent) => void,
): Promise<ArchiveSummary> {
  const requests = new Map<string, ArchiveRequest>();
  // A line that names an image counts before one that selects it.
  const inOrder = [...images.filter((image) => !selectsTags(image)), ...images.filter(selectsTags)];
  for (const image of inOrder) {
    for (const [name, request] of await requestsFor(image, options)) {
      if (!requests.has(name)) requests.set(name, request);
    }
  }
  return await archiveAll([...requests.values()], options, tell);
}

function selectsTags({ options }: WantedImage): boolean {
  return options.tags !== undefined;
}

/** What one line stands for, by whole names. */
async function requestsFor(
  { image, reference, options: { tags, platforms } }: WantedImage,
  { store, hosts, keptFor, platforms: asked }: ArchiveKeptOptions,
): Promise<(readonly [name: string, request: ArchiveRequest])[]> {
  const kept = asked.length > 0 ? undefined : (platforms ?? keptFor);
  if (tags === undefined) return [[formatReference(reference), { image, kept }]];
  const here = await tagsIn(store.repositories, repositoriesOf(hosts, reference, image));
  try {
    const selected = selectTags(here, tags);
    if (selected.length === 0) {
      throw new ImageError('none of its tags that are here is selected', {
        hint: 'fetch it with "docker-mirror update", or change tags= in its line',
      });
    }
    return selected.map((tag) => [
      formatReference({ ...reference, tag, digest: undefined }),
      { image: `${image}:${tag}`, kept },
    ]);
  } catch (error) {
    if (!(error instanceof MirrorError)) throw error;
    return [[`${image} ${JSON.stringify(tags)}`, { image, kept, refused: error }]];
  }
}

async function tagsIn(store: Repositories, repositories: readonly string[]): Promise<string[]> {
  const tags = new Set<string>();
  for (const repository of repositories) {
    for (const tag of (await store.tags(repository)) ?? []) tags.add(tag);
  }
  return [...tags];
}
