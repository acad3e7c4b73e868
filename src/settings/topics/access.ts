import * as z from 'zod';
import { absolutePath, choiceOf, flag, matching, whenAsked } from './symbol.js';

const push = choiceOf({
  DOCKER_MIRROR_PUSH_NONE: 'none',
  DOCKER_MIRROR_PUSH_LOOPBACK: 'loopback',
  DOCKER_MIRROR_PUSH_AUTHENTICATED: 'authenticated',
});

/** It goes into a header as it is. */
const realm = matching(/^[\x20-\x7e]+$/, 'letters, digits and punctuation of ASCII');

/** Who may do what: kconfig/access.kconfig. */
export const accessSchema = z.object({
  DOCKER_MIRROR_AUTHENTICATION: flag,
  DOCKER_MIRROR_HTPASSWD_FILE: whenAsked(absolutePath),
  DOCKER_MIRROR_REALM: whenAsked(realm),
  ...push.shape,
  DOCKER_MIRROR_DELETE: flag,
  DOCKER_MIRROR_READ_ONLY: flag,
});

export function readAccess(symbols: z.infer<typeof accessSchema>) {
  const { DOCKER_MIRROR_HTPASSWD_FILE: path, DOCKER_MIRROR_REALM: name } = symbols;
  const asks = symbols.DOCKER_MIRROR_AUTHENTICATION && path !== undefined && name !== undefined;
  return {
    /** Who may come in at all; everybody when absent. */
    htpasswd: asks ? { path, realm: name } : undefined,
    push: push.chosen(symbols) ?? 'none',
    delete: symbols.DOCKER_MIRROR_DELETE,
    readOnly: symbols.DOCKER_MIRROR_READ_ONLY,
  };
}
