/** What happens while a bundle is made, for people and programs. Fields may be added; those here keep their names and meanings. */
export type CreateEvent =
  /** Something of an image is not here, so it is not in the bundle. */
  | { readonly event: 'left_out'; readonly image: string; readonly problem: string }
  | ({ readonly event: 'planned' } & BundleSize)
  /** An earlier run had written so much of it, which is kept; or had begun another one, which is not. */
  | { readonly event: 'continued'; readonly bytes: number }
  | { readonly event: 'begun_again'; readonly reason: 'changed' | 'damaged' }
  /** Bytes so far and in all. */
  | { readonly event: 'progress'; readonly done: number; readonly total: number }
  | { readonly event: 'unchanged' }
  | ({
      readonly event: 'written';
      readonly file: string;
      /** Null: it is in one file. */
      readonly volumes: number | null;
      /** The list, for the next bundle to build on; null: none was kept. */
      readonly list: string | null;
      /** Whose signature it has, as ssh prints fingerprints. */
      readonly key: string;
    } & BundleSize);

/** How much is in a bundle. */
export interface BundleSize {
  /** Tags, and what is only to be had by digest. */
  readonly images: number;
  /** Manifests and blobs that are in it. */
  readonly members: number;
  /** Bytes of the whole bundle. */
  readonly bytes: number;
}

/** What happens while a bundle is applied. */
export type ApplyEvent =
  | {
      readonly event: 'begun';
      readonly file: string;
      readonly created: string;
      /** Whose signature it has; null: it was not asked for one. */
      readonly key: string | null;
      readonly images: number;
      /** Bytes that are to be read. */
      readonly bytes: number;
    }
  | { readonly event: 'progress'; readonly file: string; readonly done: number; readonly total: number }
  | {
      readonly event: 'applied';
      readonly file: string;
      readonly image: string;
      readonly digest: string;
      /** The upstream whose image it is a copy of; null: it is as if it were pushed. */
      readonly upstream: string | null;
      readonly state: 'new' | 'moved' | 'unchanged';
    }
  | { readonly event: 'refused'; readonly file: string; readonly image: string; readonly problem: string }
  /** Content of the bundle is not what it should be. */
  | { readonly event: 'damaged'; readonly file: string; readonly member: string }
  | ({ readonly event: 'ended'; readonly file: string } & ApplySummary);

/** What became of a bundle. */
export interface ApplySummary {
  readonly images: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
  /** Bytes that were new to the store. */
  readonly bytes: number;
}
