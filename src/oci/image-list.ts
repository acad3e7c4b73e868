import { MirrorError } from '../errors.js';
import { formatOptions } from './format-options.js';
import { type ImageOptions, NO_OPTIONS } from './image-options.js';
import { type ListLine, splitLine, splitLines } from './list-line.js';
import { madeLines } from './list-marks.js';
import { printable } from './printable.js';
import { readOptions } from './read-options.js';
import { formatReference, parseReference, type Reference } from './reference.js';

/** An image of the list, and the line it stands in, counted from 1. */
export interface ListedImage {
  readonly reference: Reference;
  /** The image as it stands there, without its options. */
  readonly written: string;
  readonly line: number;
  readonly options: ImageOptions;
  /** Whether the line stands in the part that is made from the settings. */
  readonly isMade: boolean;
}

/** A list of images, and the lines that name none. */
export interface ImageList {
  readonly images: readonly ListedImage[];
  readonly problems: readonly ListProblem[];
}

/** What is wrong with a line, and what to do about it. */
export interface ListProblem {
  readonly line: number;
  readonly message: string;
}

/**
 * Reads a list of images: `IMAGE [OPTION…] [# comment]`, one a line, whatever the line's end; blank lines are skipped. docs/images.md has
 * the options.
 */
export function parseImageList(text: string): ImageList {
  const images: ListedImage[] = [];
  const problems: ListProblem[] = [];
  const first = new Map<string, ListedImage>();
  const lines = splitLines(text.replace(/^\uFEFF/, '')).map(({ content }) => content);
  const made = madeLines(lines);
  lines.forEach((content, index) => {
    const { image: written, options: words } = splitLine(content);
    const line = index + 1;
    if (written === '') return;
    const read = readImage(written, words);
    if ('problem' in read) {
      problems.push({ line, message: printable(read.problem) });
      return;
    }
    const image = { ...read, written, line, isMade: made[index] === true };
    // The lines of the user count before those of the settings, and are compared among themselves.
    const key = `${image.isMade} ${listKey(image)}`;
    const other = first.get(key);
    if (other !== undefined && !sameOptions(other, image)) {
      problems.push({
        line,
        message: `${written} has other options in line ${other.line}: take one of the two out`,
      });
      return;
    }
    if (other === undefined) first.set(key, image);
    images.push(image);
  });
  return { images, problems };
}

/** What two lines have in common that mean the same image, or the same choice of a repository's tags, however they are written. */
export function listKey({
  reference,
  options: { tags },
}: Pick<ListedImage, 'reference' | 'options'>): string {
  if (tags === undefined) return formatReference(reference);
  const { host, repository } = reference;
  return `${host}/${repository} ${formatOptions({ ...NO_OPTIONS, tags: { ...tags, newest: undefined } })}`;
}

/** Whether an image is written with a tag or digest. */
export function namesTag(written: string): boolean {
  return written.includes('@') || written.lastIndexOf(':') > written.lastIndexOf('/');
}

function readImage(
  written: string,
  words: ListLine['options'],
): Pick<ListedImage, 'reference' | 'options'> | { readonly problem: string } {
  try {
    const reference = parseReference(written);
    const read = readOptions(words, {
      namesTag: namesTag(written),
      hasDigest: reference.digest !== undefined,
    });
    return 'problem' in read ? read : { reference, options: read.options };
  } catch (error) {
    if (!(error instanceof MirrorError)) throw error;
    return {
      problem: error.hint === undefined ? clip(error.message) : `${clip(error.message)}: ${error.hint}`,
    };
  }
}

/** A message quotes what stands there, however long that is. */
function clip(message: string): string {
  return message.length > 300 ? `${message.slice(0, 200)}…${message.slice(-60)}` : message;
}

function sameOptions(one: ListedImage, other: ListedImage): boolean {
  return formatOptions(one.options) === formatOptions(other.options);
}

/** The repository that an alias stands for. */
export interface AliasTarget {
  readonly host: string;
  readonly repository: string;
}

/** Two repositories of a list that are rewritten to the same name. */
export interface AliasCollision {
  readonly alias: string;
  readonly first: ListedImage;
  readonly second: ListedImage;
}

export interface Aliases {
  /** Without those that collide: which of the two repositories one of these would give could only be guessed. */
  readonly aliases: ReadonlyMap<string, AliasTarget>;
  readonly collisions: readonly AliasCollision[];
}

/**
 * The short names of a list's images: the repository as written, without its first component, which is how workflows
 * rewrite names to a mirror (`minio/minio` → `minio`, `quay.io/minio/minio` → `minio/minio`). Tags and digests do not
 * matter: several of one repository share its alias.
 *
 * Two different repositories with one alias collide. So does a repository whose alias is what another image, written
 * with one component, is called: `postgres` is rewritten to itself, and `example/postgres` to `postgres` as well. An
 * image of one component otherwise needs no alias.
 *
 * It is no collision that an alias equals the full name of another image: `quay.io/minio/minio` and `minio/minio` may
 * both be listed, since the second one is rewritten to `minio`. The name `minio/minio` then means the first one.
 */
export function aliasesOf(images: readonly ListedImage[]): Aliases {
  const claims = new Map<string, ListedImage>();
  const collisions: AliasCollision[] = [];
  for (const image of images) {
    const alias = rewrittenName(image.written);
    const first = claims.get(alias);
    if (first === undefined) claims.set(alias, image);
    else if (!sameRepository(first.reference, image.reference)) {
      const known = collisions.some(
        (collision) =>
          collision.alias === alias && sameRepository(collision.second.reference, image.reference),
      );
      if (!known) collisions.push({ alias, first, second: image });
    }
  }
  const aliases = new Map<string, AliasTarget>();
  for (const { written, reference } of images) {
    const alias = rewrittenName(written);
    const collides = collisions.some((collision) => collision.alias === alias);
    const { host, repository } = reference;
    if (!collides && written.includes('/')) aliases.set(alias, { host, repository });
  }
  return { aliases, collisions };
}

/** Whether nobody's own line takes part in a collision: it is told, and is nobody's mistake. */
export function isOfSettings({ first, second }: AliasCollision): boolean {
  return first.isMade && second.isMade;
}

/** The collision in one sentence, both images with their lines. */
export function formatCollision({ alias, first, second }: AliasCollision): string {
  return (
    `"${first.written}" (line ${first.line}) and "${second.written}" (line ${second.line}) ` +
    `are both called "${alias}" without their first component`
  );
}

/** The repository as written, without its first component, and without tag and digest. */
export function rewrittenName(written: string): string {
  const name = written.replace(/@.*$/, '').replace(/:[^/]*$/, '');
  const slash = name.indexOf('/');
  return slash < 0 ? name : name.slice(slash + 1);
}

function sameRepository(a: Reference, b: Reference): boolean {
  return a.host === b.host && a.repository === b.repository;
}
