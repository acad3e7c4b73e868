import type { Wanted } from '../host/wanted.js';
import { shellWord } from '../shell-word.js';
import { hostsFiles } from './hosts-toml.js';
import { addressOf, isPlain, type MirrorAccess } from './mirror-access.js';
import { registriesFiles } from './registries-conf.js';

/** Where a node has the authority of the mirror. */
const NODE_CA = '/etc/docker-mirror/mirror-ca.crt';

/**
 * Files that minikube copies into each node when it starts one: for containerd and for CRI-O in it. Docker in a node is told by flags.
 * @param folder minikube's, `~/.minikube`
 * @param ca the text of the authority's certificate, when there is one
 */
export function minikubeWanted(access: MirrorAccess, folder: string, ca: string | undefined): Wanted[] {
  const inNode = { ...access, ca: ca === undefined ? undefined : NODE_CA };
  // A link would be one on this machine: in the node the certificate is a file.
  const authorities = [NODE_CA, `/etc/containers/certs.d/${access.url.host}/ca.crt`].map(
    (path): Wanted => ({
      kind: 'file',
      whose: 'ours',
      path: `${folder}/files${path}`,
      mode: 0o644,
      content: ca ?? '',
    }),
  );
  return [
    ...(ca === undefined ? [] : authorities),
    ...hostsFiles(inNode, `${folder}/files/etc/containerd/certs.d`),
    ...registriesFiles({ ...access, ca: undefined }, `${folder}/files/etc/containers`),
  ];
}

/** The flags of `minikube start` for Docker in the nodes. */
export function minikubeFlags(access: MirrorAccess): string {
  const flags = [`--registry-mirror=${addressOf(access)}`];
  if (isPlain(access)) flags.push(`--insecure-registry=${access.url.host}`);
  return flags.map(shellWord).join(' ');
}
