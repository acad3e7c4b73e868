import type { Outcome } from './exchange.js';

const STATES: Readonly<Partial<Record<Outcome, string>>> = {
  hit: 'hit',
  stale: 'hit; detail=stale',
  revalidated: 'hit; detail=revalidated',
  pinned: 'hit; detail=pinned',
  miss: 'fwd=uri-miss; stored',
  joined: 'fwd=uri-miss; stored; collapsed',
  passed: 'fwd=uri-miss',
};

/**
 * The `Cache-Status` header of an answer (RFC 9211): who asks learns whether the content is held here, without downloading it. A blob that
 * is asked for by HEAD and is not here says `fwd=uri-miss`.
 */
export function cacheStatus(outcome: Outcome | undefined): Record<string, string> {
  const state = outcome === undefined ? undefined : STATES[outcome];
  return state === undefined ? {} : { 'Cache-Status': `docker-mirror; ${state}` };
}
