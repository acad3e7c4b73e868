import { setImmediate as turn } from 'node:timers/promises';
import type { Readable } from './send-body.js';

/** A read that takes longer did not come from memory, milliseconds. */
const SLOW = 4;

/** Reads in a row before everybody else has a turn: a client that takes bytes as fast as they are read must not hold the others up. */
const IN_A_ROW = 4;

/** Something that can be read in this thread too. */
export interface CachedReadable extends Readable {
  readCached(buffer: Buffer, position: number): number;
}

/**
 * Reads bytes that are in the page cache in this thread: handing each read to another thread and its bytes from one processor to
 * another costs more than the read. The first read that turns out to wait for the disk is the last one done so.
 * @param onSlow told when the bytes were not in memory
 * @param clock milliseconds, from any start
 */
export function readHot(
  source: CachedReadable,
  onSlow: () => void,
  clock: () => number = () => performance.now(),
): Readable {
  let reads = 0;
  let slow = false;
  return {
    async read(buffer, position) {
      if (slow) return source.read(buffer, position);
      reads += 1;
      if (reads % IN_A_ROW === 0) await turn();
      const began = clock();
      const length = source.readCached(buffer, position);
      if (clock() - began > SLOW) {
        slow = true;
        onSlow();
      }
      return length;
    },
  };
}
