import type { FileHandle } from 'node:fs/promises';

/** Bytes after which what was written is sent to the disk, while more is being written: in the end little is left to wait for. */
const SYNC_EVERY = 32 * 1024 * 1024;

/** Writes a file from its beginning. */
export interface SyncingWriter {
  /** Resolves when the chunk may be used again. */
  write(chunk: Buffer): Promise<void>;
  /** Resolves when everything is on the disk. */
  finish(): Promise<void>;
}

/**
 * Writes to an open file, which stays the caller's. Both methods throw the system's errors, those of an earlier write that reached the disk
 * only now among them.
 */
export function syncingWriter(file: FileHandle, every = SYNC_EVERY): SyncingWriter {
  let unsynced = 0;
  let syncing: Promise<void> = Promise.resolve();
  return {
    async write(chunk) {
      for (let written = 0; written < chunk.length; ) {
        written += (await file.write(chunk, written)).bytesWritten;
      }
      unsynced += chunk.length;
      if (unsynced < every) return;
      unsynced = 0;
      // One at a time: a disk that does not keep up slows the writing down.
      await syncing;
      syncing = file.datasync();
      // Thrown to who writes next, or finishes.
      syncing.catch(() => undefined);
    },
    async finish() {
      await syncing;
      await file.sync();
    },
  };
}
