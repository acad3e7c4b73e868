import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { wordsFor } from './walk.js';

/** Larger files are no configuration that people wrote, bytes. */
export const LARGEST = 1024 * 1024;

/** What came of reading a file. */
export type TextRead =
  | { readonly kind: 'text'; readonly text: string }
  /** It holds bytes that no text has. */
  | { readonly kind: 'binary' }
  | { readonly kind: 'large' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Reads a text file, never more than `LARGEST` bytes of it. What is no UTF-8 in it is replaced, character by character. */
export function readText(path: string): TextRead {
  try {
    // Something that became a pipe meanwhile must not keep us waiting.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { size } = fstatSync(file);
      if (size > LARGEST) return { kind: 'large' };
      const buffer = Buffer.allocUnsafe(size + 1);
      let length = 0;
      for (let read = 1; read > 0 && length < buffer.length; length += read) {
        read = readSync(file, buffer, length, buffer.length - length, null);
      }
      const bytes = buffer.subarray(0, Math.min(length, size));
      if (bytes.includes(0)) return { kind: 'binary' };
      return { kind: 'text', text: bytes.toString('utf8').replace(/^\uFEFF/, '') };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const why = wordsFor(error);
    return why === 'it is not there' ? { kind: 'missing' } : { kind: 'unreadable', why };
  }
}
