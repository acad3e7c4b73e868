/** Names that need others at most, one behind the other. */
const DEPTH = 30;

/** Works each name out once, however often it is asked for, so that names made of names cost no more than they are. */
export class Resolver<Result> {
  readonly #known = new Map<string, Result>();
  readonly #open = new Set<string>();
  readonly #work: (name: string) => Result;
  readonly #circle: (why: string) => Result;

  /**
   * @param work what a name comes to; it may ask for other names
   * @param circle what one comes to that needs itself, or too many others
   */
  constructor(work: (name: string) => Result, circle: (why: string) => Result) {
    this.#work = work;
    this.#circle = circle;
  }

  get(name: string): Result {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (this.#open.has(name)) return this.#circle(`${name} leads in a circle`);
    if (this.#open.size >= DEPTH) return this.#circle(`${name} needs too many others`);
    this.#open.add(name);
    const result = this.#work(name);
    this.#open.delete(name);
    this.#known.set(name, result);
    return result;
  }
}
