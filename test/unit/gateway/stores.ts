import type { Blobs, Store } from '#src/store/port.js';

/** A store that does some things with blobs in another way. */
export function withBlobs(store: Store, change: Partial<Blobs>): Store {
  const { blobs } = store;
  const same: Blobs = {
    stat: (digest) => blobs.stat(digest),
    open: (digest) => blobs.open(digest),
    put: (digest, bytes) => blobs.put(digest, bytes),
    receive: (digest) => blobs.receive(digest),
    remove: (digest) => blobs.remove(digest),
    quarantine: (digest) => blobs.quarantine(digest),
    walk: () => blobs.walk(),
    stalePartials: (before) => blobs.stalePartials(before),
  };
  return { ...store, blobs: { ...same, ...change } };
}
