import type { Token } from './token.js';

/** Tokens kept; beyond that the oldest ones go. Each belongs to one repository, as a rule. */
const KEPT = 2_000;

/** Tokens by what they are for; each is fetched by one request at a time, whose result everybody shares. */
export class TokenCache {
  readonly #tokens = new Map<string, Token>();
  readonly #fetching = new Map<string, Promise<Token>>();

  constructor(readonly now: () => number) {}

  /** The token for a key, fetched when there is none or it is to be renewed. */
  get(key: string, fetch: () => Promise<Token>): Promise<Token> {
    const kept = this.#tokens.get(key);
    if (kept !== undefined && this.now() < kept.refreshAt) return Promise.resolve(kept);
    const running = this.#fetching.get(key);
    if (running !== undefined) return running;
    const started = fetch()
      .then((token) => this.#keep(key, token))
      .finally(() => this.#fetching.delete(key));
    this.#fetching.set(key, started);
    return started;
  }

  /** Forgets a token that was refused, unless a newer one has taken its place. */
  drop(key: string, value: string): void {
    if (this.#tokens.get(key)?.value === value) this.#tokens.delete(key);
  }

  #keep(key: string, token: Token): Token {
    this.#tokens.delete(key);
    this.#tokens.set(key, token);
    for (const oldest of this.#tokens.keys()) {
      if (this.#tokens.size <= KEPT) break;
      this.#tokens.delete(oldest);
    }
    return token;
  }
}
