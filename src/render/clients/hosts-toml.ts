import type { WantedFile } from '../host/wanted.js';
import { renderTemplate } from '../template.js';
import { tomlString } from '../toml-string.js';
import { addressOf, type MirrorAccess, originOf } from './mirror-access.js';

/** What a `hosts.toml` says. */
export interface HostsToml {
  /** The registry as it stands in references: `docker.io`. */
  readonly upstream: string;
  /** Its own address, asked when the mirror does not answer. */
  readonly server: string;
  /** The mirror's address without a path. */
  readonly mirrorUrl: string;
  /** A PEM file with the authority that signed the mirror's certificate. */
  readonly ca?: string | undefined;
}

/**
 * The text of `certs.d/HOST/hosts.toml` (containerd's docs/hosts.md; Docker since 29 reads the same): pulls from the mirror first, pushes
 * and everything that the mirror does not answer from the registry itself. Without `dial_timeout` an unreachable mirror costs 30 seconds.
 */
export function hostsToml({ upstream, server, mirrorUrl, ca }: HostsToml): string {
  const context = { upstream, server, mirror: mirrorUrl, hasCa: ca !== undefined, ca: ca ?? '' };
  return renderTemplate('clients/hosts.toml.hbs', context, tomlString);
}

/** The `hosts.toml` of every registry that the mirror fetches from, below a folder such as `/etc/containerd/certs.d`. */
export function hostsFiles(access: MirrorAccess, folder: string): WantedFile[] {
  return access.upstreams.map((upstream) => ({
    kind: 'file',
    // What somebody else chose for that registry is not ours to replace, unless we are told to.
    whose: 'ours',
    path: `${folder}/${upstream}/hosts.toml`,
    mode: 0o644,
    content: hostsToml({ upstream, server: originOf(upstream), mirrorUrl: addressOf(access), ca: access.ca }),
  }));
}
