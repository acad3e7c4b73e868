import { TOPIC_SYMBOLS } from './settings.js';

/** Something that can be set already and that this version does not do yet. */
interface Awaited {
  readonly what: string;
  readonly symbols: readonly string[];
}

const AWAITED: readonly Awaited[] = [
  { what: 'limits of size and age', symbols: Object.keys(TOPIC_SYMBOLS.cleanup) },
  // Starting again is what systemd, or the supervisor, does.
  {
    what: 'checking its health',
    symbols: ['DOCKER_MIRROR_HEALTH_CHECK', 'DOCKER_MIRROR_HEALTH_INTERVAL'],
  },
  { what: 'the web page', symbols: ['DOCKER_MIRROR_WEB_PAGE'] },
  { what: 'metrics', symbols: ['DOCKER_MIRROR_METRICS'] },
  {
    what: 'a certificate authority made here',
    symbols: ['DOCKER_MIRROR_TLS_LOCAL_CA', 'DOCKER_MIRROR_TLS_NAMES'],
  },
  {
    what: 'another engine than the built-in one',
    symbols: [
      'DOCKER_MIRROR_ENGINE_DISTRIBUTION',
      'DOCKER_MIRROR_ENGINE_CONTAINER',
      'DOCKER_MIRROR_ENGINE_BINARY',
      'DOCKER_MIRROR_ENGINE_IMAGE',
    ],
  },
];

/** What of some settings has no effect in this version. */
export interface NotYet {
  /** Somebody set these. */
  readonly asked: readonly Awaited[];
  /** These are on because nobody said otherwise. */
  readonly byDefault: readonly string[];
}

/**
 * Finds what is set and not there yet, so that it can be said.
 * @param values the written symbols
 * @param changed the symbols whose value is not the default
 */
export function notYet(values: ReadonlyMap<string, string>, changed: ReadonlySet<string>): NotYet {
  const isOn = (symbol: string) => !['n', '', undefined].includes(values.get(symbol));
  const asked: Awaited[] = [];
  const byDefault: string[] = [];
  for (const { what, symbols } of AWAITED) {
    const set = symbols.filter((symbol) => isOn(symbol) && changed.has(symbol));
    if (set.length > 0) asked.push({ what, symbols: set });
    else if (symbols[0] !== undefined && isOn(symbols[0])) byDefault.push(what);
  }
  return { asked, byDefault };
}

/** Whether a symbol has no effect in this version. */
export function isAwaited(symbol: string): boolean {
  return AWAITED.some(({ symbols }) => symbols.includes(symbol));
}
