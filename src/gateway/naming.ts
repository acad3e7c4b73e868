import { OciError } from '../oci/error-code.js';
import type { AliasTarget } from '../oci/image-list.js';
import { isRepository, looksLikeHost } from '../oci/name.js';
import { DOCKER_HUB } from '../oci/reference.js';
import { knownHost, storedName, type UpstreamHosts } from '../oci/stored-name.js';
import type { Upstream } from '../upstream/port.js';

/** A repository on an upstream, and the name it has in the store. */
export interface Remote {
  readonly upstream: Upstream;
  /** Its name there. */
  readonly repository: string;
  /** Its name here: its own for the default upstream, prefixed with the host for others. */
  readonly stored: string;
}

/** What a name on the wire stands for. */
export interface Target {
  /** The name as given: where pushed content of that name is. */
  readonly named: string;
  /** Where else to look. Undefined: this is a plain registry for that name. */
  readonly remote: Remote | undefined;
  /** Why there is no remote, when that is a refusal and not just "none configured". */
  readonly refusal: OciError | undefined;
  /** Whether the list of images says what the name stands for: then what an upstream's repository of that very name holds is not meant. */
  readonly listed: boolean;
  /** Echoed as `OCI-Namespace`. */
  readonly namespace: string | undefined;
  /** Whether the name as given can hold pushed content at all, or belongs to an upstream. */
  readonly pushable: boolean;
}

/** Looks an alias up; an error when two listed images share it. */
export type AliasLookup = (name: string) => AliasTarget | OciError | undefined;

/** Everything names are resolved with. */
export interface Naming {
  /** The upstream whose repositories keep their own names. */
  readonly defaultUpstream: Upstream | undefined;
  /** All upstreams by host, the default one included. */
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly alias: AliasLookup;
}

/**
 * What a repository name on the wire means, in the order that docs/names.md gives: `ns`, an upstream's host in front, an alias,
 * the default upstream. Pushed content is looked up under `named` before the remote.
 * @param ns the `ns` query parameter, absent when it is this mirror's own address
 */
export function resolveName(naming: Naming, name: string, ns: string | undefined): Target {
  if (ns !== undefined) return byNamespace(naming, name, ns);
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const upstream = slash < 0 ? undefined : findUpstream(naming, first);
  if (upstream !== undefined) {
    const remote = remoteOf(naming, upstream, name.slice(slash + 1));
    return {
      named: remote.stored,
      remote,
      refusal: undefined,
      listed: false,
      namespace: undefined,
      pushable: false,
    };
  }
  if (first.includes(':')) throw notConfigured(first);
  const plain = { named: name, listed: false, namespace: undefined, pushable: true };
  const alias = naming.alias(name);
  if (alias !== undefined) return { ...plain, listed: true, ...aliased(naming, alias) };
  if (slash > 0 && looksLikeHost(first))
    return { ...plain, remote: undefined, refusal: notConfigured(first) };
  if (naming.defaultUpstream === undefined) return { ...plain, remote: undefined, refusal: undefined };
  return { ...plain, remote: remoteOf(naming, naming.defaultUpstream, name), refusal: undefined };
}

function byNamespace(naming: Naming, name: string, ns: string): Target {
  const upstream = findUpstream(naming, ns);
  if (upstream === undefined) throw notConfigured(ns);
  const remote = remoteOf(naming, upstream, name);
  return { named: remote.stored, remote, refusal: undefined, listed: false, namespace: ns, pushable: false };
}

function aliased(
  naming: Naming,
  alias: AliasTarget | OciError,
): { remote: Remote | undefined; refusal: OciError | undefined } {
  if (alias instanceof OciError) return { remote: undefined, refusal: alias };
  const upstream = findUpstream(naming, alias.host);
  if (upstream === undefined) return { remote: undefined, refusal: notConfigured(alias.host) };
  return { remote: remoteOf(naming, upstream, alias.repository), refusal: undefined };
}

function findUpstream(naming: Naming, host: string): Upstream | undefined {
  const known = knownHost(hostsOf(naming), host);
  return known === undefined ? undefined : naming.upstreams.get(known);
}

function remoteOf(naming: Naming, upstream: Upstream, name: string): Remote {
  const repository = upstream.host === DOCKER_HUB && !name.includes('/') ? `library/${name}` : name;
  const stored = storedName(hostsOf(naming), upstream.host, repository);
  if (!isRepository(stored)) {
    throw new OciError('NAME_INVALID', `"${stored.slice(0, 80)}…" is no name that can be kept here`, {
      hint: 'it may be too long with the host in front',
    });
  }
  return { upstream, repository, stored };
}

function hostsOf({ upstreams, defaultUpstream }: Naming): UpstreamHosts {
  return { upstreams, defaultHost: defaultUpstream?.host };
}

function notConfigured(host: string): OciError {
  return new OciError('DENIED', `this mirror does not fetch from ${host}`, {
    hint: `add "- host: ${host}" to mirror.upstreams in its config.yml to allow it`,
  });
}
