/** What can be undone, and done again. */
export class History<T> {
  readonly #limit: number;
  #past: T[] = [];
  #future: T[] = [];

  constructor(limit = 500) {
    this.#limit = limit;
  }

  /** Notes how things were before a change. What was undone before cannot be done again then. */
  note(before: T): void {
    this.#past.push(before);
    if (this.#past.length > this.#limit) this.#past.shift();
    this.#future = [];
  }

  /** How things were before the last change; undefined when there was none. */
  undo(now: T): T | undefined {
    const before = this.#past.pop();
    if (before !== undefined) this.#future.push(now);
    return before;
  }

  /** How things were before the last undoing; undefined when there was none. */
  redo(now: T): T | undefined {
    const after = this.#future.pop();
    if (after !== undefined) this.#past.push(now);
    return after;
  }
}
