import { createDistributionStore } from '#src/store/distribution.js';

/** Walks the store given as the argument and prints how that went. */
const store = createDistributionStore({ rootDirectory: process.argv[2] ?? '' });

/** Once around before measuring: the first walk compiles and fills the caches. */
for await (const name of store.repositories.walk()) if (name === '') break;

process.stdout.write(
  JSON.stringify({
    repositories: await measure(store.repositories.walk()),
    rest: await measure(store.repositories.walk('group-098/repository-049')),
    blobs: await measure(store.blobs.walk()),
  }),
);

async function measure(
  items: AsyncIterable<unknown>,
): Promise<{ count: number; firstAfter: number; tookMs: number; heapGrowth: number }> {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('run with --expose-gc');
  collect();
  const before = process.memoryUsage().heapUsed;
  const began = performance.now();
  let paused = 0;
  let firstAfter = 0;
  let heapGrowth = 0;
  let count = 0;
  for await (const _ of items) {
    count += 1;
    if (count === 1) firstAfter = performance.now() - began;
    if (count % 2000 !== 0) continue;
    const pause = performance.now();
    collect();
    heapGrowth = Math.max(heapGrowth, process.memoryUsage().heapUsed - before);
    paused += performance.now() - pause;
  }
  return { count, firstAfter, tookMs: performance.now() - began - paused, heapGrowth };
}
