import { StoreError } from './errors.js';

/** What one request has to itself, by name. */
export class Claims {
  readonly #taken = new Set<string>();

  has(name: string): boolean {
    return this.#taken.has(name);
  }

  /**
   * Takes a name; the function returned gives it back, once.
   * @throws StoreError `STORE_BUSY` when somebody has it
   */
  take(name: string): () => void {
    if (this.#taken.has(name)) {
      throw new StoreError('STORE_BUSY', `${name} is in use by another request`, { retryable: true });
    }
    this.#taken.add(name);
    let held = true;
    return () => {
      if (held) this.#taken.delete(name);
      held = false;
    };
  }
}
