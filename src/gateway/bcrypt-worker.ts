// Runs beside the main thread: bcrypt is made to be slow, and computed there it would hold up every transfer.
import { parentPort } from 'node:worker_threads';
import { compareSync } from 'bcryptjs';

/** One comparison to make. */
export interface BcryptQuestion {
  readonly id: number;
  readonly password: string;
  readonly hash: string;
}

/** Its outcome. */
export interface BcryptAnswer {
  readonly id: number;
  readonly matches: boolean;
}

parentPort?.on('message', ({ id, password, hash }: BcryptQuestion) => {
  const answer: BcryptAnswer = { id, matches: compareSync(password, hash) };
  parentPort?.postMessage(answer);
});
