import { formatReference } from '../../oci/reference.js';
import type { FileFindings } from './findings.js';

/** A place that names an image. */
export interface ImagePlace {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** The format of the file. */
  readonly format: string;
  readonly how: string;
}

/** An image, and everywhere it is named. */
export interface FoundImage {
  /** The shortest of the ways it is written. */
  readonly image: string;
  /** In full. */
  readonly reference: string;
  readonly places: readonly ImagePlace[];
}

/** Something that could not be resolved. */
export interface UnresolvedPlace {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly why: string;
}

/** A file or folder that could not be read, or a part of one that could not be understood. */
export interface ScanProblem {
  readonly path: string;
  /** Undefined when it is about the whole. */
  readonly line: number | undefined;
  readonly why: string;
  /** It was there and could not be read; the rest was read and is odd. */
  readonly unreadable: boolean;
}

/** Puts together what the files of a scan give. It grows with what is found, and not with what is read. */
export class Tally {
  readonly #images = new Map<string, { names: Set<string>; places: Map<string, ImagePlace> }>();
  readonly #unresolved = new Map<string, UnresolvedPlace>();
  readonly #problems = new Map<string, ScanProblem>();
  readonly #replaced = new Set<string>();

  add(path: string, format: string, { findings, unresolved, problems, replaced }: FileFindings): void {
    for (const { image, reference, line, column, how } of findings) {
      const key = formatReference(reference);
      const known = this.#images.get(key) ?? { names: new Set(), places: new Map() };
      known.names.add(image);
      known.places.set(`${path}:${line}:${column}`, { path, line, column, format, how });
      this.#images.set(key, known);
    }
    for (const each of unresolved) {
      this.#unresolved.set(`${path}:${each.line}:${each.column}:${each.text}`, { path, ...each });
    }
    for (const { line, why } of problems) this.problem({ path, line, why, unreadable: false });
    for (const each of replaced) this.#replaced.add(`${each.reference} ${each.path}`);
  }

  problem(problem: ScanProblem): void {
    this.#problems.set(`${problem.path}:${problem.line}:${problem.why}`, problem);
  }

  /** How many images there are so far. */
  get count(): number {
    return this.#images.size;
  }

  /** The images by name, without the places at which another file replaces them. */
  images(): FoundImage[] {
    return [...this.#images]
      .map(([reference, { names, places }]) => ({
        image: shortest(names),
        reference,
        places: [...places.values()]
          .filter(({ path }) => !this.#replaced.has(`${reference} ${path}`))
          .sort(byPlace),
      }))
      .filter(({ places }) => places.length > 0)
      .sort((a, b) => order(a.image, b.image));
  }

  unresolved(): UnresolvedPlace[] {
    return [...this.#unresolved.values()].sort(byPlace);
  }

  problems(): ScanProblem[] {
    return [...this.#problems.values()].sort(
      (a, b) => order(a.path, b.path) || (a.line ?? 0) - (b.line ?? 0),
    );
  }
}

function shortest(names: ReadonlySet<string>): string {
  return [...names].sort((a, b) => a.length - b.length || order(a, b))[0] ?? '';
}

function byPlace(a: ImagePlace | UnresolvedPlace, b: ImagePlace | UnresolvedPlace): number {
  return order(a.path, b.path) || a.line - b.line || a.column - b.column;
}

/** By their characters, the same in every language. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
