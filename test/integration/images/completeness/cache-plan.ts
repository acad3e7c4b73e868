import fc from 'fast-check';
import type { Platform } from '#src/oci/manifest.js';

/** A layer, by its number among a few, so that images and repositories have some in common. */
export interface LayerPlan {
  readonly number: number;
  readonly compression: 'gzip' | 'zstd';
  /** To be had elsewhere (`urls`), and not put into the store. */
  readonly foreign: boolean;
}

export interface ImagePlan {
  readonly kind: 'image';
  readonly config: number;
  readonly layers: readonly LayerPlan[];
}

export interface IndexPlan {
  readonly kind: 'index';
  readonly entries: readonly { readonly platform: Platform | undefined; readonly child: AnyPlan }[];
}

export type AnyPlan = ImagePlan | IndexPlan;

/** An image under a tag of a repository of the store. */
export interface ShelfPlan {
  readonly repository: string;
  readonly tag: string;
  readonly pushed: boolean;
  readonly image: AnyPlan;
}

/** Something that is done to one of the files of a cache; which one, is `pick` modulo their number. */
export interface DamagePlan {
  readonly what: 'link' | 'blob' | 'manifest' | 'origin';
  readonly how: 'remove' | 'cut' | 'grow' | 'change';
  readonly pick: number;
}

/** A cache that has lost something. */
export interface CachePlan {
  readonly shelves: readonly ShelfPlan[];
  readonly damages: readonly DamagePlan[];
  /** Whether the mirror is told to be offline; else its upstreams refuse connections. */
  readonly offline: boolean;
}

/** What names on the wire stand for in the store: as pushed, then as the upstream's. `team/app` is the short name of `quay.io/team/app`. */
export const NAMES: Readonly<Record<string, readonly string[]>> = {
  app: ['app', 'library/app'],
  'library/app': ['library/app'],
  'team/app': ['team/app', 'quay.io/team/app'],
  'quay.io/team/app': ['quay.io/team/app'],
  'team/app?ns=quay.io': ['quay.io/team/app'],
  'lab/tool': ['lab/tool'],
};

/** The upstream's host of a repository in the store. */
export function upstreamOf(repository: string): string {
  return repository.startsWith('quay.io/') ? 'quay.io' : 'docker.io';
}

export const TAGS = ['one', 'two'] as const;

const REPOSITORIES = [...new Set(Object.values(NAMES).flat())];

const anyPlatform: fc.Arbitrary<Platform | undefined> = fc.constantFrom(
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64', variant: 'v8' },
  { os: 'linux', architecture: 'arm', variant: 'v6' },
  { os: 'linux', architecture: 'arm', variant: 'v7' },
  { os: 'windows', architecture: 'amd64' },
  // Attestations.
  { os: 'unknown', architecture: 'unknown' },
  undefined,
);

const anyLayer: fc.Arbitrary<LayerPlan> = fc.record({
  number: fc.nat({ max: 7 }),
  compression: fc.constantFrom('gzip', 'zstd'),
  foreign: fc.nat({ max: 7 }).map((number) => number === 0),
});

const anyImage: fc.Arbitrary<ImagePlan> = fc.record({
  kind: fc.constant('image'),
  config: fc.nat({ max: 5 }),
  layers: fc.array(anyLayer, { maxLength: 4 }),
});

/** An index whose entries may be indexes of entries, so many levels deep. */
function anyIndex(depth: number): fc.Arbitrary<IndexPlan> {
  const child: fc.Arbitrary<AnyPlan> =
    depth === 0
      ? anyImage
      : fc.oneof({ arbitrary: anyImage, weight: 4 }, { arbitrary: anyIndex(depth - 1), weight: 1 });
  return fc.record({
    kind: fc.constant('index'),
    entries: fc.array(fc.record({ platform: anyPlatform, child }), { minLength: 1, maxLength: 4 }),
  });
}

const anyShelf: fc.Arbitrary<ShelfPlan> = fc.record({
  repository: fc.constantFrom(...REPOSITORIES),
  tag: fc.constantFrom(...TAGS),
  pushed: fc.boolean(),
  image: fc.oneof<fc.Arbitrary<AnyPlan>[]>(anyImage, anyIndex(2)),
});

const anyDamage: fc.Arbitrary<DamagePlan> = fc.record({
  what: fc.constantFrom('link', 'link', 'blob', 'blob', 'manifest', 'origin'),
  how: fc.constantFrom('remove', 'remove', 'cut', 'grow', 'change'),
  pick: fc.nat({ max: 10_000 }),
});

export const anyCache: fc.Arbitrary<CachePlan> = fc.record({
  shelves: fc.array(anyShelf, { minLength: 1, maxLength: 5 }),
  damages: fc.array(anyDamage, { maxLength: 4 }),
  offline: fc.constantFrom(true, true, true, false),
});
