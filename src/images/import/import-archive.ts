import type { Store } from '../../store/port.js';
import { ArchiveError } from '../archive-error.js';
import { destinationsOf, type Naming } from './destination.js';
import type { ImportImage } from './image.js';
import { type Inspected, inspect } from './inspect.js';
import { readDockerArchive } from './read-docker-archive.js';
import { readLayout } from './read-layout.js';
import type { ImportSource } from './source.js';
import { refuseOverwriting, storeImages } from './store-images.js';

/** What happens while a file is imported, for people and programs. Fields may be added; those here keep their names and meanings. */
export type ImportEvent =
  /** Bytes of the content that were read, by either reading. */
  | {
      readonly event: 'progress';
      readonly file: string;
      readonly step: 'checking' | 'storing';
      readonly done: number;
    }
  | {
      readonly event: 'imported';
      readonly file: string;
      readonly image: string;
      readonly digest: string;
      /** The upstream whose image it is a copy of; null: it is as if it were pushed. */
      readonly upstream: string | null;
      /** Platforms of its index that the archive does not have. */
      readonly absent: readonly string[];
    }
  /** Bytes that were new to the store. */
  | { readonly event: 'done'; readonly file: string; readonly bytes: number };

/** How files are imported. */
export interface ImportOptions {
  readonly store: Store;
  readonly naming: Naming;
  /** Whether what is there under the same name, and was pushed, is replaced. */
  readonly force: boolean;
  /** Bytes that there is room for. */
  readonly room: number;
  readonly signal: AbortSignal;
}

/**
 * Imports the images of one file. It is read twice: once to check all of it, and once to store what is not here.
 * @throws MirrorError; what was stored until then is not visible under any name, unless it was a whole image
 */
export async function importArchive(
  source: ImportSource,
  options: ImportOptions,
  tell: (event: ImportEvent) => void,
): Promise<void> {
  const { store, naming, force, room, signal } = options;
  const file = source.name;
  const inspected = await inspect(source, { signal, room, onBytes: counter(file, 'checking', tell) });
  const placed = destinationsOf(imagesIn(inspected), naming);
  if (!force) await refuseOverwriting(store, placed);
  const onBytes = counter(file, 'storing', tell);
  const bytes = await storeImages(store, source, placed, { signal, room, onBytes });
  for (const [image, places] of placed) {
    for (const { name, upstream = null } of places) {
      tell({ event: 'imported', file, image: name, digest: image.root, upstream, absent: image.absent });
    }
  }
  tell({ event: 'done', file, bytes });
}

/** An image layout first: only that has the manifests as they were. */
function imagesIn(inspected: Inspected): ImportImage[] {
  const index = inspected.file('index.json');
  if (index !== undefined) return readLayout(inspected, index);
  const list = inspected.file('manifest.json');
  if (list !== undefined) return readDockerArchive(inspected, list);
  throw new ArchiveError('it has neither an index.json nor a manifest.json', {
    hint: 'expected an archive of "docker-mirror archive", "docker save", "podman save" or "skopeo copy"',
  });
}

function counter(
  file: string,
  step: 'checking' | 'storing',
  tell: (event: ImportEvent) => void,
): (count: number) => void {
  let done = 0;
  return (count) => {
    done += count;
    tell({ event: 'progress', file, step, done });
  };
}
