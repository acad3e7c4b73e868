import { MemoryContents } from '#src/store/memory/contents.js';
import { createMemoryStore } from '#src/store/memory.js';
import type { Store } from '#src/store/port.js';
import { describeStore } from './conformance.js';

describeStore('the store in memory', async () => {
  const contents = new MemoryContents();
  const store = createMemoryStore({ contents });
  let current: Store = store;
  return {
    store,
    reopen: async () => {
      await current.close();
      current = createMemoryStore({ contents });
      return current;
    },
    destroy: () => current.close(),
  };
});
