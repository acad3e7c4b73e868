import { MirrorError } from '../../errors.js';
import { asFileError, ensureFolder } from '../../host/files.js';
import type { Platform } from '../../oci/manifest.js';
import { ImageError } from '../archive-error.js';
import { type ArchivedImage, type ArchiveOptions, archiveImage } from './archive-image.js';
import { archiveName, sharedNames } from './file-name.js';
import { removeLeftovers } from './place-archive.js';

/** What happens while archives are written, for people and programs. Fields may be added; those here keep their names and meanings. */
export type ArchiveEvent =
  | { readonly event: 'begun'; readonly images: number; readonly folder: string }
  /** Bytes of an archive so far and in all, before compression. */
  | { readonly event: 'progress'; readonly image: string; readonly done: number; readonly total: number }
  | ({ readonly event: 'archived'; readonly image: string } & ArchivedImage)
  | {
      readonly event: 'failed';
      readonly image: string;
      readonly problem: string;
      readonly hint: string | null;
    }
  | ({ readonly event: 'ended' } & ArchiveSummary);

/** An image that is to be archived. */
export interface ArchiveRequest {
  /** As it is written in the list or on the command line. */
  readonly image: string;
  /** The platforms that it is kept for; undefined: those of the options. */
  readonly kept?: readonly Platform[] | undefined;
  /** Why it cannot be archived, when that is known already. */
  readonly refused?: MirrorError;
}

/** How many archives came to what. */
export interface ArchiveSummary {
  readonly written: number;
  readonly unchanged: number;
  readonly failed: number;
}

/**
 * Writes the archives of images, one after the other. One that fails does not stop the others.
 * @throws the signal's reason when it is aborted; FileError when the folder cannot be used
 */
export async function archiveAll(
  requests: readonly ArchiveRequest[],
  options: ArchiveOptions,
  tell: (event: ArchiveEvent) => void,
): Promise<ArchiveSummary> {
  const { folder, signal } = options;
  await ensureFolder(folder);
  await removeLeftovers(folder).catch((error: unknown) => {
    throw asFileError(error, `cannot tidy ${folder}`);
  });
  const each = new Map(requests.map((request) => [request.image, request]));
  tell({ event: 'begun', images: each.size, folder });
  const shared = new Map(sharedNames([...each.keys()]).map(([first, second]) => [second, first]));
  const counts = { written: 0, unchanged: 0, failed: 0 };
  for (const [image, { kept, refused }] of each) {
    signal.throwIfAborted();
    try {
      if (refused !== undefined) throw refused;
      refuseShared(image, shared.get(image));
      const archived = await archiveImage(image, kept, options, (done, total) =>
        tell({ event: 'progress', image, done, total }),
      );
      counts[archived.state] += 1;
      tell({ event: 'archived', image, ...archived });
    } catch (error) {
      signal.throwIfAborted();
      const { message, hint } = known(error, folder);
      counts.failed += 1;
      tell({ event: 'failed', image, problem: message, hint: hint ?? null });
    }
  }
  tell({ event: 'ended', ...counts });
  return counts;
}

function refuseShared(image: string, other: string | undefined): void {
  if (other === undefined) return;
  throw new ImageError(`its archive would be that of ${other}: both are called ${archiveName(image)}`, {
    hint: 'write one of the two into another folder, with --output',
  });
}

/** What is no error of ours or of the system is a defect, and stops everything. */
function known(error: unknown, folder: string): MirrorError {
  if (error instanceof MirrorError) return error;
  if (error instanceof Error && 'syscall' in error) return asFileError(error, `cannot write to ${folder}`);
  throw error;
}
