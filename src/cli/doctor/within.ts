/**
 * The result of some work, if it comes in time. The work itself is not ended: what cannot be, such as a question to the name server, goes on.
 * @param milliseconds how long it may take
 * @throws DOMException `TimeoutError`
 */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DOMException('it took too long', 'TimeoutError')), milliseconds);
  });
  // Nobody waits for it once the time was up.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
