import type { Digest } from '../../oci/digest.js';
import { totalSize } from '../../oci/total-size.js';
import { type BundleList, sizeIn } from './list.js';
import type { PlacedUnit } from './units-here.js';

/** What this mirror has, as far as it matters for a bundle. */
export interface Facts {
  /** Whether content need not be read from the bundle for a repository. */
  isHere(repository: string, digest: Digest): boolean;
  /** Whether the bytes are here, whoever has them: no room is needed for them. */
  isStored(digest: Digest): boolean;
  /** What a tag stands for. */
  tag(repository: string, tag: string): KnownTag | undefined;
  /** Whether a bundle put that there, and not a push. */
  wasApplied(repository: string, tag: string, digest: Digest): boolean;
}

/** A tag that is here. */
export interface KnownTag {
  readonly digest: Digest;
  /** Undefined: it was pushed. */
  readonly upstream: string | undefined;
}

/** What an application of a bundle does. */
export interface ApplyPlan {
  readonly units: readonly PlannedUnit[];
  readonly refused: readonly RefusedUnit[];
  /** The members to be read, by their digests, with a repository that needs each. */
  readonly wanted: ReadonlyMap<Digest, string>;
  /** Bytes of those, and of those that there must be room for. */
  readonly bytes: number;
  readonly newBytes: number;
}

/** A unit whose content is here or in the bundle. */
export interface PlannedUnit extends PlacedUnit {
  readonly state: 'new' | 'moved' | 'unchanged';
  /** The number of the last member that it needs; -1: none. */
  readonly after: number;
}

/** A unit that is not touched. */
export interface RefusedUnit {
  readonly unit: PlacedUnit;
  readonly why: 'missing' | 'pushed' | 'copy';
  /** What is neither here nor in the bundle. */
  readonly missing: readonly Digest[];
  /** For people. */
  readonly problem: string;
}

/**
 * Decides what is done with each image of a bundle, and what has to be read for it.
 * @param force whether what was pushed here, or is a copy, is replaced by the other kind
 */
export function planApply(
  list: BundleList,
  units: readonly PlacedUnit[],
  facts: Facts,
  force: boolean,
): ApplyPlan {
  const numbers = new Map(list.members.map((digest, number) => [digest, number]));
  const planned: PlannedUnit[] = [];
  const refused: RefusedUnit[] = [];
  const wanted = new Map<Digest, string>();
  for (const unit of units) {
    const needed = [...unit.manifests, ...unit.blobs].filter(
      (digest) => !facts.isHere(unit.repository, digest),
    );
    const missing = needed.filter((digest) => !numbers.has(digest));
    const refusal = missing.length > 0 ? lacking(unit, missing) : force ? undefined : conflict(unit, facts);
    if (refusal !== undefined) {
      refused.push(refusal);
      continue;
    }
    for (const digest of needed) if (!wanted.has(digest)) wanted.set(digest, unit.repository);
    const after = needed.reduce((last, digest) => Math.max(last, numbers.get(digest) ?? -1), -1);
    planned.push({ ...unit, state: stateOf(unit, facts), after });
  }
  const sizes = [...wanted.keys()].map((digest) => ({ digest, size: sizeIn(list, digest) }));
  return {
    units: planned,
    refused,
    wanted,
    bytes: totalSize(sizes),
    newBytes: totalSize(sizes.filter(({ digest }) => !facts.isStored(digest))),
  };
}

function stateOf(unit: PlacedUnit, facts: Facts): PlannedUnit['state'] {
  if (unit.tag === undefined) return facts.isHere(unit.repository, unit.root) ? 'unchanged' : 'new';
  const there = facts.tag(unit.repository, unit.tag);
  if (there === undefined) return 'new';
  return there.digest === unit.root ? 'unchanged' : 'moved';
}

function lacking(unit: PlacedUnit, missing: readonly Digest[]): RefusedUnit {
  const more = missing.length > 2 ? ` and ${missing.length - 2} more` : '';
  const problem = `${missing.slice(0, 2).join(', ')}${more} ${missing.length > 1 ? 'are' : 'is'} missing`;
  return { unit, why: 'missing', missing, problem };
}

/** What was pushed here is nobody else's to move, unless a bundle brought it. */
function conflict(unit: PlacedUnit, facts: Facts): RefusedUnit | undefined {
  const { repository, tag, root, upstream } = unit;
  const there = tag === undefined ? undefined : facts.tag(repository, tag);
  if (tag === undefined || there === undefined || there.digest === root) return undefined;
  if (there.upstream !== undefined) {
    if (upstream !== undefined) return undefined;
    return { unit, why: 'copy', missing: [], problem: `it is a copy from ${there.upstream} here` };
  }
  if (upstream === undefined && facts.wasApplied(repository, tag, there.digest)) return undefined;
  return { unit, why: 'pushed', missing: [], problem: 'it is another image that was pushed here' };
}
