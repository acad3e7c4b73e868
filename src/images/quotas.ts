import { MirrorError } from '../errors.js';
import { readRateLimit } from '../oci/rate-limit.js';
import { MirrorRequestError } from './mirror-errors.js';
import { Quota } from './quota.js';
import { describeWaiting, type Waiting } from './waiting.js';
import type { KnownUpstreams, WireName } from './wire-name.js';

/** An upstream allows no more pulls for now. */
export class RateLimitedError extends MirrorError {
  readonly code = 'RATE_LIMITED';

  constructor(readonly waiting: Waiting) {
    super(`it waits for ${describeWaiting(waiting, new Date())}`, { retryable: true });
  }
}

/** What an answer of the mirror says by its headers. */
export interface Told {
  readonly status: number;
  /** @param name in lower case */
  header(name: string): string | undefined;
}

/** The quotas of all upstreams, for everything that one update asks. */
export interface Quotas {
  /**
   * To be called when something is asked; what it returns takes the answer.
   * @param ns of the repository that is asked about
   */
  watch(ns: WireName['ns']): (answer: Told) => void;
  /**
   * Looks one image up, so that of a quota that ends soon something is kept for its further pulls: a few images are whole then, and not
   * parts of many here.
   */
  image<T>(name: WireName, work: () => Promise<T>): Promise<T>;
  /**
   * Does what may cost a pull, as soon as it may.
   * @param isHeld whether the mirror holds what is asked for: then it costs nothing. Asked only when there are no pulls
   * @throws RateLimitedError; what the work throws
   */
  pull<T>(name: WireName, isHeld: () => Promise<boolean>, work: () => Promise<T>): Promise<T>;
  /** Does what costs no pull. @throws RateLimitedError when it is refused all the same; what the work throws */
  ask<T>(name: WireName, work: () => Promise<T>): Promise<T>;
  /** Whether so much is left again that going on is worth it for so many images of an upstream. */
  isWorthIt(upstream: string, images: number): boolean;
}

/** What quotas are made from. */
export interface QuotasOptions {
  readonly upstreams: KnownUpstreams;
  /** Pulls that are left to people; undefined: a person asks. */
  readonly reserve: number | undefined;
  /** Once aborted, nobody waits any more. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Seconds; the mirror always says when to ask again. */
const RETRY_AFTER = 60;

/** Begins to count, knowing nothing. */
export function createQuotas({ upstreams, reserve, signal, now = Date.now }: QuotasOptions): Quotas {
  const quotas = new Map<string, Quota>();
  /** Images under way that have cost pulls, by their upstream. */
  const begun = new Map<Quota, Set<WireName>>();
  const images = new Set<WireName>();
  let wake: (() => void)[] = [];

  function quotaOf({ ns }: Pick<WireName, 'ns'>): Quota {
    const upstream = ns ?? upstreams.default ?? 'the registry';
    const known = quotas.get(upstream) ?? new Quota(upstream, reserve);
    quotas.set(upstream, known);
    return known;
  }

  function begunOf(quota: Quota): Set<WireName> {
    const set = begun.get(quota) ?? new Set();
    begun.set(quota, set);
    return set;
  }

  function wakeAll(): void {
    const all = wake;
    wake = [];
    for (const each of all) each();
  }

  /** @returns false when what is asked for is held, and no pull was taken */
  async function take(quota: Quota, name: WireName, isHeld: () => Promise<boolean>): Promise<boolean> {
    for (;;) {
      signal.throwIfAborted();
      const others = begunOf(quota);
      const verdict = quota.decide(now(), images.has(name) && !others.has(name) ? others.size : 0);
      if (verdict === 'now') {
        quota.take();
        if (images.has(name)) others.add(name);
        return true;
      }
      if (verdict !== 'later') {
        if (await isHeld()) return false;
        throw new RateLimitedError(verdict);
      }
      await new Promise<void>((resolve) => wake.push(resolve));
    }
  }

  async function ask<T>(quota: Quota, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof MirrorRequestError) || error.status !== 429) throw error;
      const verdict = quota.decide(now());
      if (typeof verdict === 'string') throw error;
      throw new RateLimitedError(verdict);
    }
  }

  return {
    watch(ns) {
      const quota = quotaOf({ ns });
      const began = quota.begin();
      return (answer) => {
        const said = readRateLimit(answer.header, now());
        const wasAsked = /\bfwd=|\brevalidated\b/.test(answer.header('cache-status') ?? '');
        if (said !== undefined || wasAsked) quota.hear(said, began, now());
        if (answer.status === 429) quota.refuse(secondsIn(answer.header('retry-after')), now());
      };
    },
    async image(name, work) {
      images.add(name);
      try {
        return await work();
      } finally {
        images.delete(name);
        begunOf(quotaOf(name)).delete(name);
        wakeAll();
      }
    },
    async pull(name, isHeld, work) {
      const quota = quotaOf(name);
      if (!(await take(quota, name, isHeld))) return await ask(quota, work);
      try {
        return await ask(quota, work);
      } finally {
        quota.release();
        wakeAll();
      }
    },
    ask: (name, work) => ask(quotaOf(name), work),
    isWorthIt: (upstream, count) => quotas.get(upstream)?.isWorthIt(count, now()) ?? true,
  };
}

function secondsIn(header: string | undefined): number {
  return /^\d{1,9}$/.test(header ?? '') ? Number(header) : RETRY_AFTER;
}
