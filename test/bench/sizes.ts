/** One mebibyte, in bytes. */
export const MIB = 1024 * 1024;

/** One gibibyte, in bytes. */
export const GIB = 1024 * MIB;

/** How much is moved, how often, and for how long. Sizes are bytes. */
export interface Sizes {
  /** Layers of the image that is pulled; their sum is the pseudo-random data the upstream holds. */
  readonly layers: readonly number[];
  /** The one big blob of the warm and the memory rows. */
  readonly big: number;
  /** Blobs for the first-byte row: each is asked for once from each server. */
  readonly small: { readonly count: number; readonly size: number };
  /** Blobs of `big` size with a digest of their own each, for the memory row's second part; 0 leaves it out. */
  readonly distinct: number;
  /** How often one client, and each of four, fetches the big blob in a round of the warm row. */
  readonly warmRepeats: { readonly one: number; readonly four: number };
  /** Seconds of requests in a round of the manifest row. */
  readonly manifestSeconds: number;
  /** Clients of the crowded cold row, and of the memory row. */
  readonly crowd: number;
  readonly memoryClients: number;
  /** Repositories in the store of the start row. */
  readonly repositories: number;
  /** Symbols in the Kconfig tree. */
  readonly symbols: number;
  /** Files in the tree that is scanned for images. */
  readonly scanned: number;
  /** Images that the nightly update finds unchanged. */
  readonly nightly: number;
  /** Images that are fetched ahead, and the bytes of the layers of each. */
  readonly prePull: { readonly images: number; readonly layers: readonly number[] };
  /** Free bytes the scratch folder's file system must have. */
  readonly needed: number;
}

/** What `make bench` measures with. */
export const DEFAULT_SIZES: Sizes = {
  layers: [20, 30, 40, 50, 60].map((size) => size * MIB),
  big: 200 * MIB,
  small: { count: 100, size: MIB },
  distinct: 0,
  warmRepeats: { one: 8, four: 4 },
  manifestSeconds: 3,
  crowd: 8,
  memoryClients: 32,
  repositories: 10_000,
  symbols: 10_000,
  scanned: 10_000,
  nightly: 500,
  // 100 MB each.
  prePull: { images: 20, layers: [60_000_000, 30_000_000, 10_000_000] },
  needed: 6 * GIB,
};

/** As the default, and 32 different big blobs at once. */
export const FULL_SIZES: Sizes = { ...DEFAULT_SIZES, distinct: 32, needed: 20 * GIB };

/** Small enough to try the harness itself; its numbers say nothing about speed. */
export const QUICK_SIZES: Sizes = {
  layers: [1, 1, 2, 2, 3].map((size) => size * MIB),
  big: 9 * MIB,
  small: { count: 6, size: MIB / 8 },
  distinct: 0,
  warmRepeats: { one: 2, four: 2 },
  manifestSeconds: 1,
  crowd: 8,
  memoryClients: 32,
  repositories: 100,
  symbols: 500,
  scanned: 500,
  nightly: 20,
  prePull: { images: 4, layers: [1_000_000, 500_000] },
  needed: GIB,
};
