/** Why something of an update is not done now, and until when. */
export interface Waiting {
  /** `rate-limit`: an upstream allows no more pulls for now. `window`: it is not the time of day. */
  readonly for: 'rate-limit' | 'window';
  /** The upstream; null when it is not about one. */
  readonly upstream: string | null;
  /** ISO 8601. */
  readonly until: string;
  /** Whether it may well go on earlier: upstreams count over a window that moves on all the time. */
  readonly atLatest: boolean;
  /** Pulls that the upstream allows, those that are left, and those of them that are kept for people; null when not told. */
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly reserve: number | null;
}

/** How many images wait for the same thing. */
export type WaitingImages = Waiting & { readonly images: number };

/** Counts what images wait for, in the order in which it is over. */
export function countWaiting(waits: readonly Waiting[]): WaitingImages[] {
  const groups = new Map<string, WaitingImages>();
  for (const wait of waits) {
    const key = `${wait.for} ${wait.upstream ?? ''}`;
    const group = groups.get(key);
    // What was said last of an upstream is what counts.
    groups.set(key, { ...wait, images: (group?.images ?? 0) + 1 });
  }
  return [...groups.values()].sort((a, b) => Date.parse(a.until) - Date.parse(b.until));
}

/** `docker.io until 08:00 at the latest (10 pulls left of 100, 10 are kept for people)` */
export function describeWaiting(waiting: Waiting, now: Date): string {
  const latest = waiting.atLatest ? ' at the latest' : '';
  const until = `until ${formatMoment(new Date(waiting.until), now)}${latest}`;
  if (waiting.for === 'window') return `the time of day for it, ${until}`;
  const { upstream, limit, remaining, reserve } = waiting;
  const left =
    remaining === null || limit === null
      ? 'it was asked too often'
      : `${remaining} ${remaining === 1 ? 'pull' : 'pulls'} left of ${limit}`;
  const kept = reserve === null || reserve === 0 ? '' : `, ${reserve} are kept for people`;
  return `${upstream ?? 'the registry'} ${until} (${left}${kept})`;
}

/** `12 images wait for docker.io until 08:00 (…)`; of no image in particular, `it waits for …`. */
export function describeWaitingImages(waiting: WaitingImages, now: Date): string {
  const { images } = waiting;
  const who = images === 0 ? 'it waits' : images === 1 ? '1 image waits' : `${images} images wait`;
  return `${who} for ${describeWaiting(waiting, now)}`;
}

/** A moment on the clock of this host, with its day when that is not today: `08:00`, `2026-06-11 08:00`. */
export function formatMoment(moment: Date, now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(moment.getHours())}:${two(moment.getMinutes())}`;
  if (moment.toDateString() === now.toDateString()) return time;
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())} ${time}`;
}

/** Whether a record holds one. */
export function isWaiting(value: unknown): value is Waiting {
  if (typeof value !== 'object' || value === null) return false;
  const { for: what, upstream, until, atLatest, limit, remaining, reserve } = value as Partial<Waiting>;
  const isCount = (count: unknown) => count === null || typeof count === 'number';
  return (
    (what === 'rate-limit' || what === 'window') &&
    (upstream === null || typeof upstream === 'string') &&
    typeof until === 'string' &&
    !Number.isNaN(Date.parse(until)) &&
    typeof atLatest === 'boolean' &&
    isCount(limit) &&
    isCount(remaining) &&
    isCount(reserve)
  );
}
