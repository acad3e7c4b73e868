import type { Reference } from '../../oci/reference.js';

/** An image that a file names. */
export interface Finding {
  /** The name as it would be typed, variables filled in. */
  readonly image: string;
  readonly reference: Reference;
  /** Where the file names it, both counted from 1; columns in UTF-16 units. */
  readonly line: number;
  readonly column: number;
  /** Which part of the file it is, and where the values of variables came from. */
  readonly how: string;
}

/** A place where an image should be named and none could be made out. */
export interface Unresolved {
  readonly text: string;
  readonly line: number;
  readonly column: number;
  readonly why: string;
}

/** A part of a file that could not be understood at all. */
export interface Problem {
  readonly line: number;
  readonly why: string;
}

/** An image that another file names, but that never is pulled under that name. */
export interface Replaced {
  /** The other file, as `ScanInput.path` is written. */
  readonly path: string;
  /** The reference in full. */
  readonly reference: string;
}

/** All that one file gives. */
export interface FileFindings {
  readonly findings: readonly Finding[];
  readonly unresolved: readonly Unresolved[];
  readonly problems: readonly Problem[];
  readonly replaced: readonly Replaced[];
}

/** A file to be looked into. */
export interface ScanInput {
  /** With `/` between its parts. */
  readonly path: string;
  readonly text: string;
  /** The texts of those of its `relatives` that are there, by their paths. */
  readonly related: ReadonlyMap<string, string>;
}

/** Files that one file needs to be understood. */
export interface Relatives {
  readonly files: readonly string[];
  /** Folders of which all files whose names end so are needed, not those further down. */
  readonly folders: readonly { readonly path: string; readonly endings: readonly string[] }[];
}

/** One kind of file that names images. Pure: all it knows comes with the input. */
export interface Format {
  /** As it is shown. */
  readonly name: string;
  /**
   * What else is to be read; nothing when absent. Asked again, with what was there, until it names nothing new.
   */
  relatives?(input: ScanInput): Relatives;
  scan(input: ScanInput): FileFindings;
}
