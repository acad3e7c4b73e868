import type { Wanted } from '../host/wanted.js';
import { renderTemplate } from '../template.js';
import { tomlString } from '../toml-string.js';
import type { DockerPlaces } from './docker-places.js';
import { isLoopback } from './dockerd.js';
import { hostsFiles } from './hosts-toml.js';
import { isPlain, type MirrorAccess } from './mirror-access.js';

/**
 * What a host is to have so that a Docker engine with containerd's image store (usual since version 29) asks the mirror for images of every
 * registry it fetches from, and can name the mirror itself in front of an image when it is reached without encryption. Such an engine
 * reads these files at each pull, so that nothing has to be reloaded. Pure but for the templates.
 */
export function dockerHostsWanted(
  access: MirrorAccess,
  { certificates }: Pick<DockerPlaces, 'certificates'>,
): Wanted[] {
  const { url } = access;
  const files: Wanted[] = hostsFiles(access, certificates);
  if (!isPlain(access) || isLoopback(url.hostname)) return files;
  const own: Wanted = {
    kind: 'file',
    whose: 'ours',
    path: `${certificates}/${url.host}/hosts.toml`,
    mode: 0o644,
    content: renderTemplate('clients/plain-host.toml.hbs', { mirror: url.origin }, tomlString),
  };
  return [...files, own];
}

/**
 * The file in which a Docker engine looks for the authority of a registry's certificate (Docker's manual, "Verify repository client with
 * certificates").
 * @param certificate PEM
 */
export function dockerAuthority(
  url: URL,
  certificate: string,
  { certificates }: Pick<DockerPlaces, 'certificates'>,
): Wanted {
  const path = `${certificates}/${url.host}/ca.crt`;
  return { kind: 'file', whose: 'ours', path, mode: 0o644, content: certificate };
}
