/** Load clients, run as a process of their own. Started by fork: is sent a {@link Job}, says ready, is told to go, answers. */
import { type BlobFrom, fetchBlob, type PullFrom, pull } from './pull.js';

export type Job =
  /** This many pulls at once. */
  | { readonly kind: 'pull'; readonly from: PullFrom; readonly clients: number }
  /** Each client fetches its blobs one after the other. */
  | { readonly kind: 'blobs'; readonly clients: readonly (readonly BlobFrom[])[] };

export interface JobResult {
  /** The clock all processes of the machine share, in milliseconds. */
  readonly started: number;
  readonly ended: number;
  readonly bytes: number;
  /** Milliseconds to the first body byte of each blob, in order of the clients; empty for pulls. */
  readonly firstBytes: readonly number[];
}

export type ClientReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly result: JobResult }
  | { readonly kind: 'failed'; readonly message: string };

function sharedClock(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

async function run(job: Job): Promise<JobResult> {
  const started = sharedClock();
  if (job.kind === 'pull') {
    const pulls = await Promise.all(Array.from({ length: job.clients }, () => pull(job.from)));
    const ended = sharedClock();
    return { started, ended, bytes: pulls.reduce((sum, bytes) => sum + bytes, 0), firstBytes: [] };
  }
  const drained = await Promise.all(
    job.clients.map(async (blobs) => {
      const results = [];
      for (const blob of blobs) results.push(await fetchBlob(blob));
      return results;
    }),
  );
  const ended = sharedClock();
  const all = drained.flat();
  return {
    started,
    ended,
    bytes: all.reduce((sum, { size }) => sum + size, 0),
    firstBytes: all.map(({ firstByte }) => firstByte),
  };
}

function tell(reply: ClientReply): void {
  process.send?.(reply);
}

let job: Job | undefined;
process.on('message', (message: Job | 'go') => {
  if (message !== 'go') {
    job = message;
    tell({ kind: 'ready' });
  } else if (job !== undefined) {
    run(job).then(
      (result) => tell({ kind: 'done', result }),
      (error: unknown) =>
        tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
    );
  }
});
process.on('SIGINT', () => undefined);
process.once('disconnect', () => process.exit(0));
