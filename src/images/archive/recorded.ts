import { open } from 'node:fs/promises';
import { isMissing } from '../../errors.js';
import { parseDigest } from '../../oci/digest.js';
import { ArchiveError } from '../archive-error.js';
import { decompress, MAGIC_LENGTH } from '../decompress.js';
import { readTar } from '../tar/read-tar.js';
import { ANNOTATIONS } from './plan.js';

/** What an archive says it was made from. */
export interface Recorded {
  /** The whole name of the image. */
  readonly name: string;
  readonly madeFrom: string;
}

/** How much of the beginning of an archive is read; the index is its second member. */
const BEGINNING = 256 * 1024;

/** Reads what an archive says of itself; undefined when it is not there, or not one of ours. */
export async function readRecorded(path: string, signal: AbortSignal): Promise<Recorded | undefined> {
  const beginning = await beginningOf(path);
  if (beginning === undefined) return undefined;
  try {
    const bytes = decompress(beginning.subarray(0, MAGIC_LENGTH), once(beginning), signal);
    for await (const member of readTar(bytes)) {
      if (member.path !== 'index.json') continue;
      const pieces: Buffer[] = [];
      for await (const piece of member.content) pieces.push(Buffer.from(piece));
      return recordedIn(Buffer.concat(pieces).toString());
    }
  } catch (error) {
    // Somebody else's file, or a damaged one: it is made anew.
    if (!(error instanceof ArchiveError)) throw error;
  }
  return undefined;
}

async function beginningOf(path: string): Promise<Buffer | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(BEGINNING);
      const { bytesRead } = await file.read(buffer, 0, BEGINNING, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function recordedIn(text: string): Recorded | undefined {
  try {
    const entry = (JSON.parse(text) as { manifests: { annotations: Record<string, string> }[] }).manifests[0];
    const name = entry?.annotations[ANNOTATIONS.name];
    const madeFrom = parseDigest(entry?.annotations[ANNOTATIONS.madeFrom] ?? '');
    return name === undefined ? undefined : { name, madeFrom };
  } catch {
    // Whatever it is, we did not write it.
    return undefined;
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
