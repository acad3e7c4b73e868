import { MirrorError } from '../../errors.js';
import { formatReference, parseReference } from '../../oci/reference.js';
import type { FileFindings, Finding, Problem, Replaced, Unresolved } from './findings.js';
import { Positions } from './text/positions.js';
import type { Substitution } from './text/substitution.js';

/** Longest text that is repeated in what could not be resolved, characters. */
const SHOWN = 200;

/** Gathers what one file gives. Offsets are those of the text it was made with; one place gives an image once. */
export class Collector {
  readonly #positions: Positions;
  readonly #findings = new Map<string, Finding>();
  readonly #unresolved = new Map<string, Unresolved>();
  readonly #problems: Problem[] = [];
  readonly #replaced: Replaced[] = [];

  constructor(text: string) {
    this.#positions = new Positions(text);
  }

  /** Takes a name that is complete. What is no reference is unresolved, and why. */
  image(text: string, offset: number, how: string): void {
    const image = text.trim();
    try {
      const reference = parseReference(image);
      const position = this.#positions.at(offset);
      this.#findings.set(`${formatReference(reference)} ${offset}`, { image, reference, ...position, how });
    } catch (error) {
      if (!(error instanceof MirrorError)) throw error;
      const hint = error.hint === undefined ? '' : ` (${error.hint})`;
      this.unresolved(image, offset, image === '' ? 'it is empty' : `it is no image reference${hint}`);
    }
  }

  /** Takes a name whose variables were looked up. */
  substituted(written: string, result: Substitution, offset: number, how: string): void {
    if (result.missing !== undefined) this.unresolved(written, offset, result.missing);
    else if (result.text.trim() === '') this.unresolved(written, offset, 'it comes to nothing');
    else this.image(result.text, offset, [how, ...result.from].join('; '));
  }

  unresolved(text: string, offset: number, why: string): void {
    const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
    this.#unresolved.set(`${offset} ${shown}`, { text: shown, ...this.#positions.at(offset), why });
  }

  problem(offset: number, why: string): void {
    this.#problems.push({ line: this.#positions.at(offset).line, why });
  }

  replaces(replaced: Replaced): void {
    this.#replaced.push(replaced);
  }

  /** Everything, by place. */
  result(): FileFindings {
    return {
      findings: [...this.#findings.values()].sort(byPlace),
      unresolved: [...this.#unresolved.values()].sort(byPlace),
      problems: this.#problems,
      replaced: this.#replaced,
    };
  }
}

function byPlace(a: Finding | Unresolved, b: Finding | Unresolved): number {
  return a.line - b.line || a.column - b.column;
}
