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
      return `${event.image}: ${what}: ${event.path}, ${formatSize(event.size)}${without(event.absent)}`;
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

/** Bytes in decimal units, as disks and registries count them: `1.2 GB`. */
export function formatSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
