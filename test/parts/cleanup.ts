/** Something a test started and must end again: a process, a server, a folder. Closing twice is harmless. */
export interface Part extends AsyncDisposable {
  close(): Promise<void>;
}

/** Makes a `Part` of a function; it runs once, however often it is closed. */
export function asPart(end: () => Promise<void>): Part {
  let ended: Promise<void> | undefined;
  function close(): Promise<void> {
    ended ??= end();
    return ended;
  }
  return { close, [Symbol.asyncDispose]: close };
}

/** Parts that end together, the last one first, each even when another one fails to. */
export class Parts implements Part {
  readonly #parts: Part[] = [];

  /** Takes charge of a part and gives it back. */
  add<T extends Part>(part: T): T {
    this.#parts.push(part);
    return part;
  }

  /** @throws AggregateError when a part could not be ended; the others were ended all the same */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (let part = this.#parts.pop(); part !== undefined; part = this.#parts.pop()) {
      await part.close().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('; '));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Runs `action` when this process ends, by a signal too; for what would outlive it, such as daemons and mounts. It must not
 * wait for anything.
 * @returns a function that takes the action back, for what ended in good time
 */
export function atExit(action: () => void): () => void {
  // Signals end a process without its `exit` event, so they are turned into an ordinary exit, once.
  for (const [signal, number] of Object.entries(SIGNALS)) {
    if (process.listenerCount(signal) === 0) process.once(signal, () => process.exit(128 + number));
  }
  process.setMaxListeners(0);
  process.once('exit', action);
  return () => process.off('exit', action);
}
