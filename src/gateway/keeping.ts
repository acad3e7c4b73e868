/**
 * Writes to the store that clients do not wait for: what is verified and in memory is answered with at once, and becomes durable behind
 * it. One after the other for a repository, so that what is written last is what was learned last.
 */
export class Keeping {
  readonly #running = new Map<string, Promise<void>>();

  /** @param onFailure told of what a write threw; the next one is tried all the same */
  constructor(private readonly onFailure: (error: unknown) => void) {}

  /** Begins a write as soon as the earlier ones of that repository are over. */
  start(repository: string, write: () => Promise<void>): void {
    const earlier = this.#running.get(repository) ?? Promise.resolve();
    const running = earlier
      .then(write)
      .catch((error: unknown) => this.onFailure(error))
      .finally(() => {
        if (this.#running.get(repository) === running) this.#running.delete(repository);
      });
    this.#running.set(repository, running);
  }

  /** Resolves when all that was begun so far, or what was for one repository, is over. Never rejects. */
  async settled(repository?: string): Promise<void> {
    if (this.#running.size === 0) return;
    if (repository === undefined) await Promise.all(this.#running.values());
    else await this.#running.get(repository);
  }
}
