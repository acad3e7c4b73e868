import { type FileHandle, lstat, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { asFileError, FileError, temporaryName } from '../../host/files.js';
import { ArchiveError } from '../archive-error.js';
import { decompress, MAGIC_LENGTH } from '../decompress.js';
import { type Member, readTar, shown } from '../tar/read-tar.js';

/** What is imported: a file or a folder. */
export interface ImportSource {
  /** As it was named. */
  readonly name: string;
  /**
   * Its members, from the first one; may be called again.
   * @param room bytes that it may have in all, once it is unpacked
   * @throws ArchiveError, FileError
   */
  members(signal: AbortSignal, room: number): AsyncIterable<Member>;
  close(): Promise<void>;
}

const CHUNK = 256 * 1024;

/**
 * Opens a file in any of the known kinds, or a folder with an image layout.
 * @throws FileError
 */
export async function openSource(path: string, name = path): Promise<ImportSource> {
  try {
    if ((await stat(path)).isDirectory()) return folderSource(path, name);
    return fileSource(await open(path, 'r'), name);
  } catch (error) {
    throw asFileError(error, `cannot read ${name}`);
  }
}

/**
 * Keeps a stream that cannot be read twice in a file without a name, which is gone with this process, however that ends.
 * @param folder where there is room for it
 * @throws FileError
 */
export async function spool(
  stream: AsyncIterable<Buffer>,
  folder: string,
  name: string,
  signal: AbortSignal,
): Promise<ImportSource> {
  try {
    const path = await temporaryName(join(folder, 'import'));
    const file = await open(path, 'wx+', 0o600);
    try {
      await unlink(path);
      for await (const chunk of stream) {
        signal.throwIfAborted();
        await file.appendFile(chunk);
      }
      return fileSource(file, name);
    } catch (error) {
      await file.close();
      throw error;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw asFileError(error, `cannot keep ${name} in ${folder}`);
  }
}

function fileSource(file: FileHandle, name: string): ImportSource {
  return {
    name,
    async *members(signal, room) {
      const first = Buffer.alloc(MAGIC_LENGTH);
      const { bytesRead } = await file.read(first, 0, MAGIC_LENGTH, 0);
      if (bytesRead === 0) throw new ArchiveError('it is empty');
      const unpacked = decompress(first.subarray(0, bytesRead), bytesOf(file, signal), signal);
      yield* readTar(bounded(unpacked, room));
    },
    close: () => file.close(),
  };
}

/** Also what is between the members and behind them may be without end. */
async function* bounded(bytes: AsyncIterable<Buffer>, room: number): AsyncGenerator<Buffer> {
  let left = room;
  for await (const piece of bytes) {
    left -= piece.length;
    if (left < 0) throw tooMuch(room);
    yield piece;
  }
}

/** The refusal of a file that unpacks to more than there is room for. */
export function tooMuch(room: number, path?: string): ArchiveError {
  const at = path === undefined ? '' : `with ${shown(path)} `;
  return new ArchiveError(`${at}it unpacks to more than the ${room} bytes that are free`, {
    hint: 'make room on the disk that holds the mirror, if the archive is to be trusted',
  });
}

async function* bytesOf(file: FileHandle, signal: AbortSignal): AsyncGenerator<Buffer> {
  for (let position = 0; ; ) {
    signal.throwIfAborted();
    const buffer = Buffer.allocUnsafe(CHUNK);
    const { bytesRead } = await file.read(buffer, 0, CHUNK, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function folderSource(folder: string, name: string): ImportSource {
  return {
    name,
    async *members(signal) {
      for (const path of await filesOf(folder)) {
        signal.throwIfAborted();
        const file = await open(join(folder, path), 'r');
        try {
          const { size } = await file.stat();
          yield { path, link: undefined, size, content: bytesOf(file, signal) };
        } finally {
          await file.close();
        }
      }
    },
    close: async () => undefined,
  };
}

/** The files that an image layout has (OCI image specification 1.1, "OCI Image Layout Specification"); others are not looked at. */
async function filesOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(folder)) if (name === 'index.json') found.push(name);
  if (found.length === 0) {
    throw new FileError(`${folder} is no image layout: it has no index.json`, {
      hint: 'name a file, or a folder that "skopeo copy … oci:FOLDER" wrote',
    });
  }
  for (const algorithm of await namesIn(join(folder, 'blobs'))) {
    for (const hex of await namesIn(join(folder, 'blobs', algorithm)))
      found.push(`blobs/${algorithm}/${hex}`);
  }
  for (const path of found) {
    if (!(await lstat(join(folder, path))).isFile()) throw new ArchiveError(`${shown(path)} is no file`);
  }
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  if (!(await lstat(folder)).isDirectory()) throw new ArchiveError(`${shown(folder)} is no folder`);
  return (await readdir(folder)).sort();
}
