import { type Compression, EXTENSIONS } from '../compressor.js';

/** Longest file name on the usual file systems, bytes; room is left for what temporaries and older archives add. */
const NAME_LIMIT = 255 - 40;

/** What an image's archives are called, without the extension: the name as it is written, with `/`, `:` and `@` as `_`. */
export function archiveName(image: string): string {
  const name = image.replace(/[/:@]/g, '_');
  // A digest or a deep repository: the end, which is cut off, is in the archive itself.
  return name.length > NAME_LIMIT ? name.slice(0, NAME_LIMIT) : name;
}

/** The file of the last archive of an image. */
export function archiveFile(image: string, compression: Compression): string {
  return `${archiveName(image)}${EXTENSIONS[compression]}`;
}

/** The file of checksums beside an archive, as `sha256sum --check` reads it. */
export function checksumFile(file: string): string {
  return `${file}.sha256`;
}

/** The line of `sha256sum` for a file. */
export function checksumLine(hex: string, file: string): string {
  return `${hex}  ${file}\n`;
}

/** What an earlier archive is kept as: a `~`, which no image has in its name, and when it was made, in UTC. */
export function datedFile(image: string, extension: string, made: Date): string {
  const stamp = made.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${archiveName(image)}~${stamp}${extension}`;
}

/** One of the archives of an image, as its file name tells. */
export interface ArchiveEntry {
  readonly file: string;
  readonly extension: string;
  /** When it was put aside for a newer one, sortable; undefined for the last one. */
  readonly stamp: string | undefined;
}

/** The archives of an image among files of a folder, the last one first, then the earlier ones by age. */
export function archivesOf(image: string, files: readonly string[]): ArchiveEntry[] {
  const name = archiveName(image);
  return files
    .flatMap((file) => {
      const extension = Object.values(EXTENSIONS).find((each) => file.endsWith(each));
      const rest = extension === undefined ? '' : file.slice(0, -extension.length);
      if (extension === undefined || !rest.startsWith(name)) return [];
      const stamp = /^~(\d{8}-\d{6})$/.exec(rest.slice(name.length))?.[1];
      return rest === name || stamp !== undefined ? [{ file, extension, stamp }] : [];
    })
    .sort((one, other) => ((one.stamp ?? '~') > (other.stamp ?? '~') ? -1 : 1));
}

/** Images of a list whose archives would be one file, each pair once, the first one first. */
export function sharedNames(images: readonly string[]): (readonly [first: string, second: string])[] {
  const first = new Map<string, string>();
  return images.flatMap((image) => {
    const name = archiveName(image);
    const before = first.get(name);
    if (before === undefined) first.set(name, image);
    return before === undefined || before === image ? [] : [[before, image] as const];
  });
}
