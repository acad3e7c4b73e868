import { countOf } from '../count-of.js';
import { formatBytes } from '../update-event.js';
import type { ApplyEvent, BundleSize, CreateEvent } from './events.js';

/** One line of text for an event; undefined for one that is only a matter of progress. */
export function describeCreate(event: CreateEvent): string | undefined {
  switch (event.event) {
    case 'left_out':
      return `${event.image} is left out, as it is not whole here: ${event.problem}`;
    case 'planned':
      return `To be written: ${size(event)}`;
    case 'continued':
      return `Going on where an earlier run was ended, behind ${formatBytes(event.bytes)}`;
    case 'begun_again':
      return event.reason === 'changed'
        ? 'Beginning again: what an earlier run had begun is of another bundle, or the mirror has changed since'
        : 'Beginning again: what an earlier run had begun is damaged';
    case 'progress':
      return undefined;
    case 'unchanged':
      return 'Nothing is new, so no bundle was written';
    case 'written': {
      const file =
        event.volumes === null
          ? event.file
          : `${event.file}.000 and on, in ${countOf(event.volumes, 'volume')}`;
      const list = event.list === null ? [] : [`Its list, for the next bundle to build on: ${event.list}`];
      return [
        `Written: ${event.file === '-' ? '' : `${file}, `}${size(event)}`,
        ...list,
        `Signed by ${event.key}`,
      ].join('\n');
    }
  }
}

/** One line of text for an event; undefined for one that is only a matter of progress, or nothing new. */
export function describeApply(event: ApplyEvent): string | undefined {
  switch (event.event) {
    case 'begun': {
      const whose = event.key === null ? 'whose signature was not asked for' : `signed by ${event.key}`;
      return `${event.file}: of ${event.created}, ${whose}: ${countOf(event.images, 'image')}, ${formatBytes(event.bytes)} to be read`;
    }
    case 'progress':
      return undefined;
    case 'applied': {
      const as = event.upstream === null ? 'as an image of your own' : `as a copy from ${event.upstream}`;
      return event.state === 'unchanged' ? undefined : `${event.image}: ${event.state}, ${as}`;
    }
    case 'refused':
      return `${event.image}: not applied: ${event.problem}`;
    case 'damaged':
      return `${event.file}: ${event.member} is damaged`;
    case 'ended': {
      const refused = event.refused === 0 ? '' : `, ${event.refused} not applied`;
      return `${event.file}: ${event.changed} of ${countOf(event.images, 'image')} applied, ${event.unchanged} unchanged${refused}; ${formatBytes(event.bytes)} were new`;
    }
  }
}

function size({ images, members, bytes }: BundleSize): string {
  return `${countOf(images, 'image')} with ${countOf(members, 'new part')}, ${formatBytes(bytes)}`;
}
