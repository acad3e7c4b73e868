import { MirrorError } from '../../errors.js';
import { type Digest, isDigest } from '../../oci/digest.js';
import type { PastDigest } from './tag-history.js';

/** A tag cannot go back to what was asked for. */
export class RollbackError extends MirrorError {
  readonly code = 'ROLLBACK_REFUSED';
}

/** Fewest digits of a digest that stand for the whole. */
const FEWEST = 6;

/**
 * The digest so many steps before that of now.
 * @throws RollbackError when the history is shorter
 */
export function earlierBy(history: readonly PastDigest[], steps: number): Digest {
  const now = history.findIndex(({ isNow }) => isNow);
  const earlier = history[now + steps];
  if (earlier !== undefined) return earlier.digest;
  const left = Math.max(0, history.length - 1 - now);
  const many = left === 0 ? 'none is' : left === 1 ? 'only one is' : `only ${left} are`;
  throw new RollbackError(`of what it stood for before the digest of now, ${many} remembered`, {
    hint: '"docker-mirror images history" lists them; DOCKER_MIRROR_KEEP_DIGESTS says how many there can be',
  });
}

/**
 * The digest that a text means: a whole one, or the first digits of one that is in the history.
 * @throws RollbackError when it is none, or could be two
 */
export function digestNamed(history: readonly PastDigest[], text: string): Digest {
  if (isDigest(text)) return text;
  const digits = text.replace(/^sha(?:256|512):/, '');
  const isStart = digits.length >= FEWEST && /^[0-9a-f]+$/.test(digits);
  const fits = ({ digest }: PastDigest) => digest.startsWith(text) || digest.split(':')[1]?.startsWith(text);
  const [found, second] = isStart ? history.filter(fits) : [];
  if (found !== undefined && second === undefined) return found.digest;
  const why =
    second === undefined ? 'is no digest, and begins none of its history' : 'begins more than one digest';
  throw new RollbackError(`"${text.slice(0, 140)}" ${why}`, {
    hint: `write sha256: and 64 digits, or at least the first ${FEWEST} of one that "docker-mirror images history" lists`,
  });
}
