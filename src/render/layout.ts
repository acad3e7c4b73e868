import { join } from 'node:path';

/** Where everything of one mirror lies. */
export interface Layout {
  readonly root: string;
  /** The store, in Distribution's layout. */
  readonly registry: string;
  readonly configFolder: string;
  readonly config: string;
  /** What was there before settings were taken over by force. */
  readonly oldConfig: string;
  /** What is to be kept, and archives. */
  readonly images: string;
  readonly archives: string;
  /** The list of images to keep. */
  readonly manifest: string;
  readonly logs: string;
  readonly log: string;
  /** What the supervisor writes about itself. */
  readonly run: string;
  /** The record of the update that runs, or the last one: see images/last-update.ts. */
  readonly update: string;
  /** Of which images an update has fetched what is attached to them: see images/attached-memory.ts. */
  readonly attached: string;
  /** What a scheduled update waits for, while it waits: see images/update-pause.ts. */
  readonly updateWaits: string;
  /** How its upstreams stand, written by the mirror that runs: see upkeep/upstream-report.ts. */
  readonly upstreams: string;
  /** What the supervisor does besides: see upkeep/duties.ts. */
  readonly duties: string;
  /** A folder: see upkeep/leases.ts. */
  readonly leases: string;
  /** What was generated, with checksums, so that `clean` can tell it from what somebody wrote. */
  readonly made: string;
}

/** The layout under a mirror's folder. */
export function layoutOf(root: string): Layout {
  const images = join(root, 'images');
  const logs = join(root, 'logs');
  const run = join(root, 'run');
  return {
    root,
    registry: join(root, 'registry'),
    configFolder: join(root, 'config'),
    config: join(root, 'config', 'config.yml'),
    oldConfig: join(root, 'config', 'config.yml.old'),
    images,
    archives: join(images, 'archives'),
    manifest: join(images, 'manifest.txt'),
    logs,
    log: join(logs, 'docker-mirror.log'),
    run,
    update: join(run, 'update.json'),
    attached: join(run, 'attached.json'),
    updateWaits: join(run, 'update-waits.json'),
    upstreams: join(run, 'upstreams.json'),
    duties: join(run, 'duties.json'),
    leases: join(run, 'leases'),
    made: join(run, 'made.json'),
  };
}
