import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, isMissing } from '../errors.js';
import { asFileError } from './files.js';
import { LineSplitter } from './line-splitter.js';

const CHUNK = 64 * 1024;
const POLL_MS = 200;

/**
 * The last lines of a file, without their ends; none when it is not there. Reads from the end, whatever the size.
 * @throws FileError
 */
export async function lastLines(path: string, count: number): Promise<string[]> {
  if (count <= 0) return [];
  const file = await openIfThere(path);
  if (file === undefined) return [];
  try {
    const { size } = await file.stat();
    let text = Buffer.alloc(0);
    let start = size;
    // One more line end than lines wanted: the one before the first of them.
    while (start > 0 && countNewlines(text) <= count) {
      const length = Math.min(CHUNK, start);
      start -= length;
      const chunk = Buffer.alloc(length);
      await file.read(chunk, 0, length, start);
      text = Buffer.concat([chunk, text]);
    }
    const lines = text.toString('utf8').split('\n');
    if (lines.at(-1) === '') lines.pop();
    return lines.slice(-count);
  } finally {
    await file.close();
  }
}

/**
 * Gives out each line that is added to a file from now on, also after the file was set aside and begun anew, until told to stop.
 * @throws FileError
 */
export async function followLines(
  path: string,
  onLine: (line: string) => void,
  stop: AbortSignal,
): Promise<void> {
  const splitter = new LineSplitter((line) => onLine(line.toString('utf8')));
  let file = await openIfThere(path);
  let position = file === undefined ? 0 : (await file.stat()).size;
  try {
    while (!stop.aborted) {
      if (file !== undefined) position = await readOn(file, position, splitter);
      const next = await openIfThere(path);
      if (next !== undefined && (file === undefined || (await isAnother(file, next, position)))) {
        // What was written between our last look and the renaming is still in the old one.
        if (file !== undefined) await readOn(file, position, splitter);
        await file?.close();
        [file, position] = [next, 0];
      } else {
        await next?.close();
        await sleep(POLL_MS, undefined, { signal: stop }).catch(() => undefined);
      }
    }
  } finally {
    await file?.close();
  }
}

async function readOn(file: FileHandle, position: number, splitter: LineSplitter): Promise<number> {
  const chunk = Buffer.alloc(CHUNK);
  for (let at = position; ; ) {
    const { bytesRead } = await file.read(chunk, 0, CHUNK, at);
    if (bytesRead === 0) return at;
    splitter.push(Buffer.from(chunk.subarray(0, bytesRead)));
    at += bytesRead;
  }
}

async function isAnother(old: FileHandle, next: FileHandle, position: number): Promise<boolean> {
  const [before, now] = await Promise.all([old.stat(), next.stat()]);
  return before.ino !== now.ino || before.dev !== now.dev || now.size < position;
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw asFileError(error, `cannot read ${path}${errorCode(error) === 'EACCES' ? ' as this user' : ''}`);
  }
}

function countNewlines(text: Buffer): number {
  let count = 0;
  for (let at = text.indexOf(0x0a); at !== -1; at = text.indexOf(0x0a, at + 1)) count += 1;
  return count;
}
