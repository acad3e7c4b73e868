import { hostComponent } from '../../oci/host-component.js';
import type { Wanted } from '../host/wanted.js';
import { renderTemplate } from '../template.js';
import { tomlString } from '../toml-string.js';
import { isPlain, type MirrorAccess } from './mirror-access.js';

/** Among the files of that folder it is read late: for one registry the last file counts. */
const FILE = '500-docker-mirror.conf';

/** The folder of the host's files for podman, CRI-O, skopeo and buildah. */
export const CONTAINERS_FOLDER = '/etc/containers';

/**
 * The text of a file for `registries.conf.d` (containers-registries.conf(5), version 2). podman and its kin do not say which registry they
 * mean, so it stands in the mirror's path. The registry itself is asked after the mirror, which is their rule.
 */
export function registriesConf(access: MirrorAccess): string {
  const registries = access.upstreams.map((host) => ({
    host,
    mirror: `${access.url.host}/${hostComponent(host)}`,
    plain: isPlain(access),
  }));
  return renderTemplate('clients/registries.conf.hbs', { registries }, tomlString);
}

/**
 * The files for podman, CRI-O, skopeo and buildah. podman reads them each time; CRI-O on SIGHUP.
 * @param folder `/etc/containers`, or a user's `~/.config/containers`
 */
export function registriesFiles(access: MirrorAccess, folder: string): Wanted[] {
  const file: Wanted = {
    kind: 'file',
    whose: 'ours',
    path: `${folder}/registries.conf.d/${FILE}`,
    mode: 0o644,
    content: registriesConf(access),
  };
  if (access.ca === undefined) return [file];
  // containers-certs.d(5); a user's own folder has the same layout.
  return [file, { kind: 'link', path: `${folder}/certs.d/${access.url.host}/ca.crt`, target: access.ca }];
}
