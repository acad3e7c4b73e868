/** Something that is open and must be let go of when the store closes. */
export interface Closable {
  close(): Promise<void>;
}

/** What is open in a store: each thing enters itself, and leaves when its user closes it. */
export class OpenThings {
  readonly #things = new Set<Closable>();

  add(thing: Closable): void {
    this.#things.add(thing);
  }

  delete(thing: Closable): void {
    this.#things.delete(thing);
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#things].map((thing) => thing.close()));
  }
}
