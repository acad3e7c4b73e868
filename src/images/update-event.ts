import type { ArchiveSummary } from './archive/archive-all.js';
import { countOf } from './count-of.js';
import type { ArchiveOutcome, ImageOutcome, LastUpdate } from './last-update.js';
import { isServableOffline } from './platform-outcome.js';
import { describeWaiting, describeWaitingImages, type WaitingImages } from './waiting.js';

/** What happens in an update, for people, logs and programs. Fields may be added; those here keep their names and meanings. */
export type UpdateEvent =
  /** `offline`: true when the mirror is told to ask nobody; absent otherwise. */
  | {
      readonly event: 'begun';
      readonly images: number;
      readonly log: string | null;
      readonly offline?: true;
    }
  /** The mirror fetches so many blobs of an image, of so many bytes in all. */
  | { readonly event: 'fetching'; readonly image: string; readonly blobs: number; readonly bytes: number }
  /** So many more bytes of blobs of an image have come. */
  | { readonly event: 'bytes'; readonly image: string; readonly count: number }
  | ({ readonly event: 'image' } & ImageOutcome)
  /** The images are up to date, and archives of so many are written into a folder where they have changed. */
  | { readonly event: 'archiving'; readonly images: number; readonly folder: string }
  /** Bytes of the archive of an image so far and in all, before compression. */
  | { readonly event: 'packing'; readonly image: string; readonly done: number; readonly total: number }
  | ({ readonly event: 'archive' } & ArchiveOutcome)
  /** `archives`: null when none were to be written. `waits`: what images wait for; absent: nothing. */
  | ({
      readonly event: 'ended';
      readonly milliseconds: number;
      readonly archives: ArchiveSummary | null;
      readonly waits?: readonly WaitingImages[];
    } & Pick<LastUpdate, 'result' | 'problem'> &
      Counts)
  /** Nothing more can be done now, and it goes on by itself when the first of these is over. */
  | { readonly event: 'waiting'; readonly waits: readonly WaitingImages[] };

/** How many images an update came to what with, and the bytes that were fetched. */
export interface Counts {
  readonly unchanged: number;
  readonly fetched: number;
  readonly failed: number;
  readonly waiting: number;
  /** Images that are not to be kept, which people had pulled in part: those that are whole now, and those that are not. */
  readonly completed: number;
  readonly incomplete: number;
  /** Of all of them. */
  readonly bytes: number;
}

/** Counts what became of images. */
export function countOutcomes(outcomes: readonly ImageOutcome[]): Counts {
  const kept = outcomes.filter(({ partial }) => partial !== true);
  const of = (state: ImageOutcome['state']) => kept.filter((outcome) => outcome.state === state).length;
  const partial = outcomes.filter((outcome) => outcome.partial === true);
  const completed = partial.filter(({ state }) => state === 'fetched').length;
  return {
    unchanged: of('unchanged'),
    fetched: of('fetched'),
    failed: of('failed'),
    waiting: of('waiting'),
    completed,
    incomplete: partial.length - completed,
    bytes: outcomes.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** One line of text for an event; undefined for one that is only a matter of progress. */
export function describeEvent(event: UpdateEvent, now = new Date()): string | undefined {
  switch (event.event) {
    case 'begun':
      return event.offline === true
        ? `The mirror is offline, and asks nobody. Looking at what it has of ${countOf(event.images, 'image')}`
        : `Looking up ${countOf(event.images, 'image')}`;
    case 'fetching':
      return `${event.image}: fetching ${countOf(event.blobs, 'blob')}, ${formatBytes(event.bytes)}`;
    case 'bytes':
    case 'packing':
      return undefined;
    case 'image':
      return `${event.image}: ${describeOutcome(event, now)}`;
    case 'archiving':
      return `Archiving ${countOf(event.images, 'image')} into ${event.folder}`;
    case 'archive':
      return `${event.image}: ${describeArchive(event)}`;
    case 'ended':
      return describeEnd(event, now);
    case 'waiting':
      return `Going on by itself: ${event.waits.map((each) => describeWaitingImages(each, now)).join('; ')}`;
  }
}

function describeArchive({ state, path, bytes, problem }: ArchiveOutcome): string {
  if (state === 'failed') return `archive failed: ${problem ?? 'for no known reason'}`;
  return state === 'unchanged' ? 'archive unchanged' : `archive written: ${path}, ${formatBytes(bytes)}`;
}

function describeOutcome(outcome: ImageOutcome, now: Date): string {
  return [describeState(outcome, now), ...describeAttached(outcome), ...describeServable(outcome)].join('; ');
}

function describeState({ state, blobs, bytes, problem, waits }: ImageOutcome, now: Date): string {
  switch (state) {
    case 'unchanged':
      return 'unchanged';
    case 'fetched':
      return `fetched ${countOf(blobs, 'blob')}, ${formatBytes(bytes)}`;
    case 'waiting':
      return waits === undefined ? 'not done' : `waits for ${describeWaiting(waits, now)}`;
    case 'failed':
      return `failed: ${problem ?? 'for no known reason'}`;
  }
}

function describeAttached({ attached }: ImageOutcome): string[] {
  if (attached === undefined || attached.problem === null) return [];
  return [`not all of what is attached to it: ${attached.problem}`];
}

/** Only of images that are not here as a whole: those that are, are what everybody expects. */
function describeServable({ state, platforms }: ImageOutcome): string[] {
  const isServable = isServableOffline(platforms);
  if (isServable === undefined || platforms === undefined) return [];
  if (isServable) return state === 'failed' ? ['servable offline: yes'] : [];
  const lacking = platforms.filter(({ servable }) => !servable);
  const missing = lacking.reduce((sum, each) => sum + each.missing, 0);
  const bytes = lacking.reduce((sum, each) => sum + each.bytes, 0);
  const size = bytes === 0 ? '' : ` (${formatBytes(bytes)})`;
  const which =
    lacking.length === platforms.length ? '' : ` for ${lacking.map(({ platform }) => platform).join(', ')}`;
  return [`servable offline: no${which}, missing ${countOf(missing, 'blob')}${size}`];
}

const RESULTS = {
  running: 'Running',
  done: 'Done',
  partly: 'Done in part',
  failed: 'Failed',
  interrupted: 'Interrupted',
} as const;

function describeEnd(event: UpdateEvent & { readonly event: 'ended' }, now: Date): string {
  const { result, problem, unchanged, fetched, failed, waiting, completed, incomplete, bytes, milliseconds } =
    event;
  const { waits = [] } = event;
  const left = waiting - waits.reduce((sum, { images }) => sum + images, 0);
  if (problem !== null) return `${RESULTS[result]}: ${problem}`;
  const parts = [
    `${countOf(fetched, 'image')} fetched (${formatBytes(bytes)})`,
    `${unchanged} unchanged`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(left > 0 ? [`${left} not done`] : []),
    ...(completed > 0 ? [`${completed} completed that had been pulled in part`] : []),
    ...(incomplete > 0 ? [`${incomplete} pulled in part and not completed`] : []),
    ...waits.map((each) => describeWaitingImages(each, now)),
  ];
  return `${RESULTS[result]} in ${Math.round(milliseconds / 100) / 10} s: ${parts.join(', ')}${describeArchives(event.archives)}`;
}

function describeArchives(archives: ArchiveSummary | null): string {
  if (archives === null) return '';
  const { written, unchanged, failed } = archives;
  return `; archives: ${written} written, ${unchanged} unchanged${failed > 0 ? `, ${failed} failed` : ''}`;
}

/** Bytes in decimal units, as disks and registries count them: `1.2 GB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
