import type { Digest } from './digest.js';
import type { Platform } from './manifest.js';

/** What a line of the list says of its image besides the name. */
export interface ImageOptions {
  /** `platforms=`: the platforms to keep; undefined: those of the settings. */
  readonly platforms: readonly Platform[] | undefined;
  /** `tags=`: which tags of the repository to keep; undefined: the one that the line names. */
  readonly tags: TagSelection | undefined;
  /**
   * `pin`: the tag stays at what it stood for when it was first fetched; `pin=DIGEST`: at that digest. Its upstream is not asked what
   * the tag stands for now. False: the tag follows its upstream.
   */
  readonly pin: boolean | Digest;
  /** `archive`: write its archive by night, whatever the settings say of archives. */
  readonly archive: boolean;
}

/** The tags of a repository that are to be kept: those that match, or the newest ones of these. */
export type TagSelection =
  | { readonly kind: 'pattern'; readonly pattern: RegExp; readonly newest: number | undefined }
  /** A range of semantic versions, such as `^1.4`. */
  | { readonly kind: 'range'; readonly range: string; readonly newest: number | undefined };

/** What a line without options says. */
export const NO_OPTIONS: ImageOptions = {
  platforms: undefined,
  tags: undefined,
  pin: false,
  archive: false,
};
