import { createDistributionStore } from '#src/store/distribution.js';
import type { Store } from '#src/store/port.js';
import { describeStore } from '../../unit/store/conformance.js';
import { temporaryFolder } from './folder.js';

describeStore('the store on a file system', async () => {
  const { path: rootDirectory, remove } = await temporaryFolder();
  const store = createDistributionStore({ rootDirectory });
  let current: Store = store;
  return {
    store,
    reopen: async () => {
      await current.close();
      current = createDistributionStore({ rootDirectory });
      return current;
    },
    destroy: async () => {
      await current.close();
      await remove();
    },
  };
});
