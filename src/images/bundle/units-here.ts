import type { Digest } from '../../oci/digest.js';
import { hostComponent } from '../../oci/host-component.js';
import { isRepository } from '../../oci/name.js';
import { knownHost, storedName, type UpstreamHosts } from '../../oci/stored-name.js';
import { BundleRefused } from './bundle-error.js';
import { type BundleList, type BundleRepository, imageName } from './list.js';
import { type BundleUnit, unitsOf } from './units.js';

/** What is to become visible in this mirror, in one step. */
export interface PlacedUnit extends BundleUnit {
  /** For people. */
  readonly name: string;
  /** The repository in the store. */
  readonly repository: string;
  /** The upstream whose image it is a copy of, as it is configured here; undefined: it is as if it were pushed. */
  readonly upstream: string | undefined;
  /** Of its manifests that came from elsewhere: from where. */
  readonly borrowed: ReadonlyMap<Digest, string | undefined>;
}

/**
 * Where the content of a bundle is put: what is an upstream's where a pull from that upstream would put it, what was pushed where a push would.
 * @throws BundleRefused naming the upstreams that this mirror does not have
 */
export function placeUnits(list: BundleList, hosts: UpstreamHosts): PlacedUnit[] {
  const unknown = new Set<string>();
  const units = list.repositories.flatMap((repository) => {
    const upstream = repository.upstream === undefined ? undefined : knownHost(hosts, repository.upstream);
    if (repository.upstream !== undefined && upstream === undefined) {
      unknown.add(repository.upstream);
      return [];
    }
    const stored = upstream === undefined ? repository.name : storedName(hosts, upstream, repository.name);
    if (!isRepository(stored)) throw unkeepable(repository, stored);
    const borrowed = new Map(
      [...repository.borrowed].map(([digest, from]) => [
        digest,
        from && (knownHost(hosts, from) ?? upstream),
      ]),
    );
    return unitsOf(repository, list.manifests).map((unit) => ({
      ...unit,
      name: imageName(repository, unit.tag, unit.root),
      repository: stored,
      upstream,
      borrowed,
    }));
  });
  if (unknown.size > 0) throw notConfigured([...unknown].sort());
  return units;
}

function notConfigured(unknown: readonly string[]): BundleRefused {
  const named =
    unknown.slice(0, 5).join(', ') + (unknown.length > 5 ? ` and ${unknown.length - 5} more` : '');
  return new BundleRefused(`it has copies from ${named}, which this mirror does not know as an upstream`, {
    hint: 'add what is missing to its upstreams, which need not be reached; otherwise nobody could ask it for these images',
  });
}

function unkeepable({ upstream = '', name }: BundleRepository, stored: string): BundleRefused {
  return new BundleRefused(
    `${hostComponent(upstream)} ${name} would be called ${stored.slice(0, 80)}… here, which is too long`,
  );
}
