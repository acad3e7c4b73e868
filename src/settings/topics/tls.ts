import * as z from 'zod';
import { isHost } from '../../oci/name.js';
import type { Parsed } from '../parsed.js';
import { absolutePath, choiceOf, listOf, whenAsked } from './symbol.js';

const kind = choiceOf({
  DOCKER_MIRROR_TLS_NONE: 'none',
  DOCKER_MIRROR_TLS_FILES: 'files',
  DOCKER_MIRROR_TLS_LOCAL_CA: 'local-ca',
});
const oldest = choiceOf({ DOCKER_MIRROR_TLS_1_2: 'tls1.2', DOCKER_MIRROR_TLS_1_3: 'tls1.3' });

/** Encryption: kconfig/tls.kconfig. */
export const tlsSchema = z.object({
  ...kind.shape,
  ...oldest.shape,
  DOCKER_MIRROR_TLS_CERTIFICATE: whenAsked(absolutePath),
  DOCKER_MIRROR_TLS_KEY: whenAsked(absolutePath),
  DOCKER_MIRROR_TLS_NAMES: whenAsked(listOf(certificateName)),
  DOCKER_MIRROR_TLS_CLIENT_CA: whenAsked(listOf(absolutePath)),
});

export function readTlsSettings(symbols: z.infer<typeof tlsSchema>) {
  return {
    kind: kind.chosen(symbols) ?? 'none',
    certificate: symbols.DOCKER_MIRROR_TLS_CERTIFICATE,
    key: symbols.DOCKER_MIRROR_TLS_KEY,
    /** On a certificate that is made here, besides localhost and the name of this host. */
    names: symbols.DOCKER_MIRROR_TLS_NAMES ?? [],
    clientCAs: symbols.DOCKER_MIRROR_TLS_CLIENT_CA ?? [],
    minimum: oldest.chosen(symbols) ?? 'tls1.2',
  };
}

function certificateName(text: string): Parsed<string> {
  const name = text.startsWith('*.') ? text.slice(2) : text;
  const plain = (isHost(name) && !/:\d+$/.test(name)) || isHost(`[${name}]`);
  return plain ? { value: text } : { expected: 'names or addresses without a port' };
}
