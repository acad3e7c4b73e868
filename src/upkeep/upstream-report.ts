import { readTextIfThere, writeFileAtomic } from '../host/files.js';
import type { Logger } from '../host/log.js';
import { redactText } from '../host/redact.js';
import type { Upstream, UpstreamStatus } from '../upstream/port.js';

/** Milliseconds between two looks at the upstreams. */
const LOOK_EVERY = 5_000;

/** How the upstreams of a running mirror stand, as `run/upstreams.json` has it. */
export interface UpstreamReport {
  readonly version: 1;
  /** The mirror's process: a report of another one is an old one. */
  readonly pid: number;
  /** ISO 8601. */
  readonly written: string;
  readonly upstreams: readonly UpstreamStatus[];
}

/** How a report is kept up. */
export interface UpstreamReportOptions {
  readonly file: string;
  readonly upstreams: Iterable<Pick<Upstream, 'status'>>;
  readonly logger: Logger;
  readonly pid: number;
  /** Milliseconds; 5,000 when absent. */
  readonly every?: number;
}

/**
 * Writes how the upstreams stand whenever that has changed, for `docker-mirror status`, which is another process. Nothing secret is in it.
 * A report that cannot be written is said once in the log: the mirror does not need it.
 * @returns a function that ends it
 */
export function startUpstreamReport(options: UpstreamReportOptions): () => Promise<void> {
  const { file, upstreams, logger, pid, every = LOOK_EVERY } = options;
  let last = '';
  let isFailing = false;
  let writing: Promise<void> | undefined;

  async function write(statuses: readonly UpstreamStatus[]): Promise<void> {
    const report: UpstreamReport = {
      version: 1,
      pid,
      written: new Date().toISOString(),
      upstreams: statuses,
    };
    try {
      await writeFileAtomic(file, `${JSON.stringify(report, undefined, 2)}\n`);
      isFailing = false;
    } catch (error) {
      if (!isFailing) logger.warn({ err: error }, 'the report about the upstreams cannot be written');
      isFailing = true;
      last = '';
    }
  }

  function look(): void {
    if (writing !== undefined) return;
    const statuses = [...upstreams].map((upstream) => withoutSecrets(upstream.status()));
    const text = JSON.stringify(statuses);
    if (text === last) return;
    last = text;
    writing = write(statuses).finally(() => {
      writing = undefined;
    });
  }

  look();
  const timer = setInterval(look, every);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await writing;
  };
}

function withoutSecrets(status: UpstreamStatus): UpstreamStatus {
  const { lastError } = status;
  if (lastError === undefined) return status;
  return { ...status, lastError: { ...lastError, message: redactText(lastError.message) } };
}

/**
 * The report of a running mirror; undefined when that process has written none, or what is there is none.
 * @throws FileError when it cannot be read
 */
export async function readUpstreamReport(file: string, pid: number): Promise<UpstreamReport | undefined> {
  const text = await readTextIfThere(file);
  if (text === undefined) return undefined;
  const report = parse(text);
  return report?.version === 1 && report.pid === pid && Array.isArray(report.upstreams) ? report : undefined;
}

function parse(text: string): UpstreamReport | undefined {
  try {
    return JSON.parse(text) as UpstreamReport;
  } catch {
    // Written anew by the mirror when something changes; without it only the status knows less.
    return undefined;
  }
}
