import { dirname } from 'node:path';
import { MirrorError } from '../errors.js';
import { withFileLock } from '../host/file-lock.js';
import { ensureFolder, readTextIfThere, writeFileAtomic } from '../host/files.js';
import { formatReference, parseReference } from '../oci/reference.js';

/** What adding to a list did. */
export interface AddedImages {
  /** The images that were not listed yet, as they were given. */
  readonly added: readonly string[];
  /** The list as it is now. */
  readonly text: string;
}

/** Adds images at the end of a list's text, those that it names already left out. Everything else stays as it is, byte for byte. */
export function addToList(text: string, images: readonly string[]): AddedImages {
  const listed = new Set(listedIn(text));
  const added = images.filter((image) => {
    const reference = formatReference(parseReference(image));
    if (listed.has(reference)) return false;
    listed.add(reference);
    return true;
  });
  if (added.length === 0) return { added, text };
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const isOpen = text !== '' && !/[\r\n]$/.test(text);
  return { added, text: `${text}${isOpen ? newline : ''}${added.map((image) => image + newline).join('')}` };
}

/**
 * Adds images to a list of images, which is made when it is not there. Whoever else adds at the same time is waited for, and a reader
 * sees the old list or the new one.
 * @throws FileError
 */
export async function addToListFile(path: string, images: readonly string[]): Promise<AddedImages> {
  await ensureFolder(dirname(path));
  return await withFileLock(path, async () => {
    const result = addToList((await readTextIfThere(path)) ?? '', images);
    if (result.added.length > 0) await writeFileAtomic(path, result.text);
    return result;
  });
}

/** The references in full. A line's first word is its image; lines that name none are somebody else's concern. */
function listedIn(text: string): string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .flatMap((line) => {
      const image =
        line
          .replace(/(?:^|\s)#.*$/, '')
          .trim()
          .split(/\s+/)[0] ?? '';
      return image === '' ? [] : fullName(image);
    });
}

function fullName(image: string): string[] {
  try {
    return [formatReference(parseReference(image))];
  } catch (error) {
    if (!(error instanceof MirrorError)) throw error;
    return [];
  }
}
