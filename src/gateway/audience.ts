import type { Bandwidth } from './bandwidth.js';

/** How long a transfer waits for another reader before it ends for want of any, milliseconds. */
const LINGER_MS = 1_000;

/** What an audience may ask for. */
export interface AudienceOptions {
  /** What is shared by all that only background readers wait for; no limit when absent. */
  readonly background?: Bandwidth | undefined;
  /** Milliseconds from the last background reader's leaving until nobody counts as wanting it; 1,000 when absent. */
  readonly lingerFor?: number | undefined;
}

/**
 * Who reads a transfer: whether it is to be slow, as nobody waits, and when nobody wants it any more
 * (docs/adr/0010-background.md).
 */
export class Audience {
  #readers = 0;
  /** Those among the readers that are not in the background, and whether there ever was one. */
  #people = 0;
  #wanted = false;
  #pause: AbortController | undefined;
  #linger: NodeJS.Timeout | undefined;

  /** @param onDeserted nobody but background readers ever wanted it, and the last of them has left */
  constructor(
    private readonly options: AudienceOptions,
    private readonly onDeserted: () => void,
  ) {}

  get readers(): number {
    return this.#readers;
  }

  /** Whether the limit holds: nobody waits, nor has anybody left who did. */
  get isSlow(): boolean {
    return (
      this.options.background !== undefined && this.#people === 0 && (this.#readers > 0 || !this.#wanted)
    );
  }

  join(background: boolean): void {
    clearTimeout(this.#linger);
    this.#readers += 1;
    if (background) return;
    this.#people += 1;
    this.#wanted = true;
    this.hurry();
  }

  /** Not deserted at once: who fetches by ranges leaves with one and comes with the next. */
  leave(background: boolean): void {
    this.#readers -= 1;
    if (!background) this.#people -= 1;
    if (this.#readers > 0 || this.#wanted) return;
    clearTimeout(this.#linger);
    this.#linger = setTimeout(this.onDeserted, this.options.lingerFor ?? LINGER_MS);
  }

  /** Waits as long as the limit wants for so many bytes, if and while it holds. */
  async keepPace(bytes: number): Promise<void> {
    if (!this.isSlow) return;
    this.#pause = new AbortController();
    await this.options.background?.take(bytes, this.#pause.signal);
    this.#pause = undefined;
  }

  /** Ends a pause that the limit makes. */
  hurry(): void {
    this.#pause?.abort();
  }

  /** The transfer is over. */
  close(): void {
    clearTimeout(this.#linger);
  }
}
