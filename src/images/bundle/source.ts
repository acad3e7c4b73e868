import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isMissing } from '../../errors.js';
import { asFileError, FileError } from '../../host/files.js';
import { volumeName } from './volume-name.js';

/** Where a bundle is read from. */
export interface BundleSource {
  /** As it was named. */
  readonly name: string;
  /** Whether it can be read from another place than where it was read to. */
  readonly seekable: boolean;
  /** Its bytes from a position, to its end; a stream has only its first. @throws FileError */
  open(position: number): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** Asked for a volume that is not there, such as the one on the next stick; false: there is none. */
export type AskForVolume = (path: string) => Promise<boolean>;

const CHUNK = 1024 * 1024;

/** A bundle in one file. @throws FileError */
export async function openFile(path: string, name: string): Promise<BundleSource> {
  const file = await opened(path, name);
  return {
    name,
    seekable: true,
    open: (position) => bytesOf(file, position, name),
    close: () => file.close(),
  };
}

/**
 * A bundle in volumes: `NAME.000` and so on, each but the last one as long as the first.
 * @param others paths of further volumes that are not beside the first one
 * @throws FileError
 */
export async function openVolumes(
  first: string,
  name: string,
  others: readonly string[],
  ask: AskForVolume,
): Promise<BundleSource> {
  const files = new Map<number, FileHandle>([[0, await opened(first, name)]]);
  const length = (await (files.get(0) as FileHandle).stat()).size;
  const elsewhere = new Map(others.map((path) => [basename(path), path]));

  async function volume(number: number): Promise<FileHandle | undefined> {
    const known = files.get(number);
    if (known !== undefined) return known;
    const file = volumeName(basename(first).slice(0, -4), number);
    const path = elsewhere.get(file) ?? join(dirname(first), file);
    for (;;) {
      try {
        const handle = await open(path, 'r');
        files.set(number, handle);
        return handle;
      } catch (error) {
        if (!isMissing(error)) throw asFileError(error, `cannot read ${path}`);
        if (await ask(path)) continue;
        throw new FileError(`${path} is not there`, {
          hint: 'name the other volumes as well if they are somewhere else, or run it again when they are all there',
        });
      }
    }
  }

  async function* read(position: number): AsyncGenerator<Buffer> {
    if (length === 0) return;
    for (let [number, at] = [Math.floor(position / length), position % length]; ; number += 1, at = 0) {
      const file = await volume(number);
      if (file === undefined) return;
      const { size } = await file.stat();
      yield* bytesOf(file, at, `${name} ${number}`);
      if (size < length) return;
    }
  }
  return {
    name,
    seekable: true,
    open: read,
    close: async () => {
      for (const file of files.values()) await file.close();
    },
  };
}

/** A bundle that comes through a pipe. */
export function openStream(stream: AsyncIterable<Buffer>, name: string): BundleSource {
  return { name, seekable: false, open: () => stream, close: async () => undefined };
}

async function opened(path: string, name: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw asFileError(error, `cannot read ${name}`);
  }
}

async function* bytesOf(file: FileHandle, from: number, name: string): AsyncGenerator<Buffer> {
  for (let position = from; ; ) {
    const buffer = Buffer.allocUnsafe(CHUNK);
    const { bytesRead } = await file.read(buffer, 0, CHUNK, position).catch((error: unknown) => {
      throw asFileError(error, `cannot read ${name}`);
    });
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
