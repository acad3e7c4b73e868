import type { ProcessIdentity } from '../host/process-identity.js';
import { type ArchiveOutcome, type ImageOutcome, type LastUpdate, writeLastUpdate } from './last-update.js';

/** Keeps `run/update.json` while an update runs. */
export interface UpdateRecord {
  /** Names what is to be done. */
  expect(images: readonly string[]): Promise<void>;
  /** What became of an image. Written soon, and at the end at the latest. */
  note(outcome: ImageOutcome): void;
  /** What became of an archive. Written as soon. */
  noteArchive(outcome: ArchiveOutcome): void;
  /** Says how it ended. */
  finish(result: Exclude<LastUpdate['result'], 'running'>, problem: string | null): Promise<LastUpdate>;
}

/** What a record begins with. */
export interface RecordStart {
  readonly path: string;
  readonly self: ProcessIdentity;
  readonly started: Date;
  readonly log: string | null;
  /** Told when it cannot be written; the update goes on. */
  readonly onProblem: (error: unknown) => void;
}

/** Milliseconds between two writings: each is synced to the disk, and a list may be long. */
const PAUSE_MS = 1_000;

/** Begins the record of an update. */
export async function beginRecord(start: RecordStart): Promise<UpdateRecord> {
  const outcomes = new Map<string, ImageOutcome>();
  const archives: ArchiveOutcome[] = [];
  let record: LastUpdate = {
    version: 1,
    process: { ...start.self },
    started: start.started.toISOString(),
    finished: null,
    result: 'running',
    problem: null,
    log: start.log,
    images: [],
  };
  let writing = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  function write(): Promise<void> {
    record = {
      ...record,
      images: [...outcomes.values()],
      ...(archives.length > 0 ? { archives: [...archives] } : {}),
    };
    const content = record;
    writing = writing.then(() => writeLastUpdate(start.path, content)).catch(start.onProblem);
    return writing;
  }

  function writeSoon(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void write();
    }, PAUSE_MS);
  }

  await write();
  return {
    async expect(images) {
      for (const image of images) outcomes.set(image, waiting(image));
      await write();
    },
    note(outcome) {
      outcomes.set(outcome.image, outcome);
      writeSoon();
    },
    noteArchive(outcome) {
      archives.push(outcome);
      writeSoon();
    },
    async finish(result, problem) {
      clearTimeout(timer);
      record = { ...record, finished: new Date().toISOString(), result, problem };
      await write();
      return record;
    },
  };
}

function waiting(image: string): ImageOutcome {
  return { image, state: 'waiting', digest: null, bytes: 0, blobs: 0, problem: null };
}
