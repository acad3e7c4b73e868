import { Worker } from 'node:worker_threads';
import type { BcryptAnswer, BcryptQuestion } from './bcrypt-worker.js';

/** Compares passwords with bcrypt hashes in a thread of its own, one after the other. */
export interface BcryptThread {
  /** How many comparisons are waiting or under way. */
  readonly pending: number;
  /** Whether the password belongs to the hash; rejects when the thread fails. */
  matches(password: string, hash: string): Promise<boolean>;
  /** Ends the thread; what is still waiting is rejected. */
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (matches: boolean) => void;
  readonly reject: (error: Error) => void;
}

/** The thread is started by the first comparison, started anew after a failure, and does not keep the process alive when idle. */
export function createBcryptThread(): BcryptThread {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let next = 0;

  function start(): Worker {
    const started = new Worker(new URL('./bcrypt-worker.js', import.meta.url));
    started.on('message', ({ id, matches }: BcryptAnswer) => {
      waiting.get(id)?.resolve(matches);
      waiting.delete(id);
      if (waiting.size === 0) started.unref();
    });
    started.on('error', (error) => fail(started, error));
    started.on('exit', () => fail(started, new Error('the bcrypt thread has ended')));
    return started;
  }

  function fail(ended: Worker, error: Error): void {
    if (worker !== ended) return;
    worker = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  return {
    get pending() {
      return waiting.size;
    },
    matches(password, hash) {
      worker ??= start();
      const question: BcryptQuestion = { id: next++, password, hash };
      return new Promise((resolve, reject) => {
        waiting.set(question.id, { resolve, reject });
        worker?.ref();
        worker?.postMessage(question);
      });
    },
    async close() {
      await worker?.terminate();
    },
  };
}
