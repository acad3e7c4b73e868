import { hostComponent } from './host-component.js';
import { DOCKER_HUB, isHubHost } from './reference.js';

/** The upstreams that a mirror has. */
export interface UpstreamHosts {
  /** By host, as configured. */
  readonly upstreams: ReadonlyMap<string, unknown>;
  /** The host whose repositories keep their own names; undefined: none. */
  readonly defaultHost: string | undefined;
}

/** The upstream's host, as configured, that a host in a name means; undefined when it is that of none. */
export function knownHost({ upstreams }: UpstreamHosts, host: string): string | undefined {
  const lower = host.toLowerCase();
  const name = isHubHost(lower) ? DOCKER_HUB : lower;
  if (upstreams.has(name)) return name;
  // `host_5000` stands for `host:5000`, which clients cannot write inside a repository name.
  for (const known of upstreams.keys())
    if (known.includes(':') && hostComponent(known) === lower) return known;
  return undefined;
}

/**
 * The name that an upstream's repository has in the store: its own for the default upstream, prefixed with the host for others.
 * @param host as configured
 * @param repository its name there
 */
export function storedName(hosts: UpstreamHosts, host: string, repository: string): string {
  // A repository of the default upstream that begins with another one's host would be kept where that one's are.
  const isPlain = host === hosts.defaultHost && !beginsWithUpstream(hosts, repository);
  return isPlain ? repository : `${hostComponent(host)}/${repository}`;
}

/**
 * The name that an upstream's repository has there, of the one it has in the store.
 * @param host as configured
 */
export function repositoryOf(host: string, stored: string): string {
  const prefix = `${hostComponent(host)}/`;
  return stored.startsWith(prefix) ? stored.slice(prefix.length) : stored;
}

function beginsWithUpstream(hosts: UpstreamHosts, repository: string): boolean {
  const slash = repository.indexOf('/');
  return slash > 0 && knownHost(hosts, repository.slice(0, slash)) !== undefined;
}

/** Whether a host is this machine: then it is the mirror's own, as images that were pushed to it or pulled from it are called. */
export function isThisMachine(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(host);
}
