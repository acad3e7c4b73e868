import { OciError } from '../oci/error-code.js';
import type { Context } from './context.js';
import { type Exchange, headersOnly } from './exchange.js';
import type { Target } from './naming.js';
import { ownershipOf } from './ownership.js';
import { writerRefusal } from './permissions.js';

/**
 * Whether a HEAD for something that is not here may come from a client about to push, which asks first and takes
 * anything but 404 for a failure. See docs/adr/0002-head-before-push.md.
 */
export type PushProbe = 'no' | 'perhaps' | 'certainly';

/** Looks at the request, the name, and what is kept under it. */
export async function pushProbe(context: Context, exchange: Exchange, target: Target): Promise<PushProbe> {
  const { remote, pushable, named } = target;
  if (!headersOnly(exchange) || !pushable || remote === undefined || named.startsWith('library/'))
    return 'no';
  if (writerRefusal(context, exchange) !== undefined) return 'no';
  await context.keeping.settled(remote.stored);
  const { pushed, fetched } = await ownershipOf(context.store, named, remote.stored);
  if (fetched) return 'no';
  return pushed ? 'certainly' : 'perhaps';
}

/**
 * Answers a HEAD for what is not here. A repository that was pushed here and never fetched is not asked for upstream; of a new
 * name, an upstream that is down, or shows nothing of it, keeps nobody from pushing.
 * @throws what `ask` throws, or `unknown`
 */
export async function probing<T>(probe: PushProbe, unknown: OciError, ask: () => Promise<T>): Promise<T> {
  if (probe === 'certainly') throw unknown;
  try {
    return await ask();
  } catch (error) {
    // What `ask` says of an upstream has become an OciError by now.
    const trouble = error instanceof OciError && error.status !== 429;
    throw probe === 'perhaps' && trouble ? unknown : error;
  }
}
