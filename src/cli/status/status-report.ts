import type { UpdateResult } from '../../images/last-update.js';
import type { WaitingImages } from '../../images/waiting.js';
import type { StoreSize } from '../../upkeep/store-size.js';

/** What `status --json` prints. Fields may be added; those here keep their names and meanings. */
export interface StatusReport {
  readonly version: 1;
  /** Whether a mirror runs that is started again when it dies. */
  readonly running: boolean;
  /** Whether `/v2/` answers with 200 or 401. */
  readonly answers: boolean;
  /** Why it does not run or answer, or what is wrong with its configuration; null when all is well. */
  readonly problem: string | null;
  readonly path: string;
  readonly config: string;
  /** Its file; of a service the command that shows it. */
  readonly log: string;
  /** The unit of systemd that it is; null when it is none. */
  readonly service: string | null;
  /** Where the images are stored; null when there is no readable configuration. */
  readonly data: string | null;
  /** As people name it, `http://localhost:5000`; null when there is no readable configuration. */
  readonly url: string | null;
  readonly addresses: readonly string[];
  /** The mirror's process; null when it does not run. */
  readonly pid: number | null;
  readonly supervisorPid: number | null;
  /** When the running mirror process was started, ISO 8601. */
  readonly since: string | null;
  /** How often it died and was started again since `start`. */
  readonly restarts: number;
  readonly lastExit: {
    readonly code: number | null;
    readonly signal: string | null;
    readonly at: string;
  } | null;
  /** Who starts it again when it dies; null when nobody does. */
  readonly manager: 'systemd' | 'supervisor' | null;
  readonly update: UpdateReport;
  /** Null when the store cannot be read. */
  readonly size: StoreSize | null;
  /** Bytes of the file system that the images are on; null when that cannot be told. */
  readonly disk: { readonly free: number; readonly total: number } | null;
  /** As the running mirror sees them; null when none runs, or it does not tell. */
  readonly upstreams: readonly UpstreamLine[] | null;
  /** Who uses the mirror at present; null when that was never counted. */
  readonly leases: number | null;
  /** What is wrong though the mirror serves, in words. */
  readonly troubles: readonly string[];
}

/** The nightly update. Times are ISO 8601. */
export interface UpdateReport {
  /** When the settings have it run, as systemd writes it; null when there are no settings, or it is off. */
  readonly calendar: string | null;
  /** The state of systemd's timer; null when there is none. */
  readonly timer: string | null;
  readonly next: string | null;
  /** The update that runs or ran last; null when there never was one. */
  readonly last: {
    readonly started: string;
    readonly finished: string | null;
    readonly result: UpdateResult;
    readonly problem: string | null;
    readonly log: string | null;
    readonly images: number;
    readonly failed: number;
    /** What images wait for. */
    readonly waits: readonly WaitingImages[];
    /** Archives that could not be written. */
    /** Images to be kept that the mirror could serve with every upstream off when it ended; null when it did not say. */
    readonly servable: number | null;
    readonly archivesFailed: number;
  } | null;
  /** What a scheduled update that is under way waits for; null when none does. */
  readonly waiting: { readonly pid: number; readonly waits: readonly WaitingImages[] } | null;
}

/** One upstream. */
export interface UpstreamLine {
  readonly host: string;
  /** `open`: it is not asked for a while, since it failed again and again. */
  readonly circuit: 'closed' | 'open' | 'half-open';
  readonly rateLimit: {
    readonly limit: number;
    readonly remaining: number;
    readonly windowSeconds: number | null;
    readonly seen: string;
  } | null;
  readonly lastError: { readonly code: string; readonly message: string; readonly at: string } | null;
}
