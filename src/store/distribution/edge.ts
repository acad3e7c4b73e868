import { asStoreError } from '../errors.js';

/** Runs the work of one method of the port; a system error leaves as a StoreError that says what was being done. */
export async function atEdge<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asStoreError(error, doing);
  }
}

/** The same for a stream. */
export async function* streamAtEdge<T>(doing: string, items: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    throw asStoreError(error, doing);
  }
}
