import { countOf } from '../../images/count-of.js';
import { describeWaitingImages } from '../../images/waiting.js';
import { formatBytes } from './format-bytes.js';
import type { StatusReport, UpdateReport, UpstreamLine } from './status-report.js';

const NAME_WIDTH = 15;

/** A status for people: one screenful. */
export function describeStatus(report: StatusReport, now = new Date()): string {
  const rows: (readonly [string, string | null])[] = [
    ['mirror', headline(report)],
    ['address', report.url],
    ['listens on', report.running ? report.addresses.join(' and ') : null],
    ['since', report.since],
    ['process', processLine(report)],
    ['restarts', report.running ? String(report.restarts) : null],
    ['problem', report.problem],
    ...report.troubles.map((trouble) => ['trouble', trouble] as const),
    ['images', report.size === null ? null : sizeLine(report.size)],
    ['disk', report.disk === null ? null : diskLine(report.disk)],
    ['last update', lastLine(report.update)],
    ...waitingLines(report.update, now).map((line) => ['update waits', line] as const),
    ['next update', nextLine(report.update)],
    ...(report.upstreams ?? []).map((upstream) => ['upstream', upstreamLine(upstream)] as const),
    ['leases', report.leases === null ? null : String(report.leases)],
    ['data', report.data],
    ['configuration', report.config],
    ['log', report.log],
  ];
  return rows
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name.padEnd(NAME_WIDTH)}${value}\n`)
    .join('');
}

function headline({ running, answers, troubles }: StatusReport): string {
  if (!running) return 'not running';
  if (!answers) return 'running, but not answering';
  return troubles.length === 0 ? 'running' : 'running, with trouble';
}

function processLine({ pid, manager, supervisorPid }: StatusReport): string | null {
  if (pid === null) return null;
  return manager === 'systemd'
    ? `${pid}, a service of systemd`
    : `${pid}, supervised by ${supervisorPid ?? 'none'}`;
}

function sizeLine({ bytes, blobs, exact }: NonNullable<StatusReport['size']>): string {
  return `${exact ? '' : 'about '}${formatBytes(bytes)} in ${countOf(blobs, 'blob')}`;
}

function diskLine({ free, total }: NonNullable<StatusReport['disk']>): string {
  return `${formatBytes(free)} of ${formatBytes(total)} free`;
}

function lastLine({ last }: UpdateReport): string | null {
  if (last === null) return null;
  const images = countOf(last.images, 'image');
  const failed = [
    ...(last.failed === 0 ? [] : [`, ${last.failed} failed`]),
    ...(last.servable === null ? [] : [`, ${last.servable} servable offline`]),
    ...(last.archivesFailed === 0 ? [] : [`, ${countOf(last.archivesFailed, 'archive')} not written`]),
  ].join('');
  if (last.result === 'running') return `running since ${last.started}, ${images}`;
  return `${last.finished ?? last.started}, ${last.result}, ${images}${failed}`;
}

/** What waits, by itself or until the next update. */
function waitingLines({ last, waiting }: UpdateReport, now: Date): string[] {
  const who = waiting === null ? '' : `, and goes on by itself (process ${waiting.pid})`;
  return (waiting?.waits ?? last?.waits ?? []).map((each) => `${describeWaitingImages(each, now)}${who}`);
}

function nextLine({ next, timer, calendar }: UpdateReport): string | null {
  if (next !== null) return next;
  if (timer !== null) return `none: the timer is ${timer}`;
  return calendar === null ? null : `at ${calendar}`;
}

function upstreamLine({ host, circuit, rateLimit, lastError }: UpstreamLine): string {
  const state = { closed: 'in use', open: 'not asked for a while', 'half-open': 'tried again' }[circuit];
  const limit =
    rateLimit === null ? '' : `, ${rateLimit.remaining} of ${rateLimit.limit} pulls left${every(rateLimit)}`;
  const error = circuit === 'closed' || lastError === null ? '' : `, ${lastError.message}`;
  return `${host}, ${state}${limit}${error}`;
}

function every({ windowSeconds }: { readonly windowSeconds: number | null }): string {
  return windowSeconds === null ? '' : ` in ${Math.round(windowSeconds / 360) / 10} h`;
}
