import { formatBytes } from '../update-event.js';
import type { ArchiveEvent } from './archive-all.js';

/** One line of text for an event; undefined for one that is only a matter of progress. */
export function describeArchiveEvent(event: ArchiveEvent): string | undefined {
  switch (event.event) {
    case 'begun':
      return event.images === 1 ? undefined : `Archiving ${event.images} images into ${event.folder}`;
    case 'progress':
      return undefined;
    case 'archived': {
      const what = event.state === 'unchanged' ? 'unchanged' : 'written';
      return `${event.image}: ${what}: ${event.path}, ${formatBytes(event.size)}${without(event.absent)}`;
    }
    case 'failed':
      return `${event.image}: failed: ${event.problem}${event.hint === null ? '' : `\nhint: ${event.hint}`}`;
    case 'ended': {
      const { written, unchanged, failed } = event;
      if (written + unchanged + failed < 2) return undefined;
      return `${written} written, ${unchanged} unchanged${failed > 0 ? `, ${failed} failed` : ''}`;
    }
  }
}

function without(absent: readonly string[]): string {
  return absent.length === 0 ? '' : `; without ${absent.join(', ')}`;
}
