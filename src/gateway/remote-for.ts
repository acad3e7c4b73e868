import { OciError } from '../oci/error-code.js';
import type { Context } from './context.js';
import type { Remote, Target } from './naming.js';
import { offlineError } from './upstream-answer.js';

/**
 * The upstream to ask for what is not here, or the reason why none is.
 * @param reference a tag or digest
 * @throws OciError
 */
export function remoteFor(
  { config }: Context,
  { refusal, remote, named }: Target,
  reference: string,
  unknown: 'MANIFEST_UNKNOWN' | 'BLOB_UNKNOWN',
): Remote {
  if (refusal !== undefined) throw refusal;
  if (remote === undefined) throw new OciError(unknown, `${named} has no ${reference}`);
  if (config.mirror.offline) throw offlineError(`${named} ${reference}`);
  return remote;
}
