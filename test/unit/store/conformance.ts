import { describe } from 'node:test';
import { describeBlobs } from './conformance/blobs.js';
import { describeIncoming } from './conformance/incoming.js';
import { describeRecords } from './conformance/records.js';
import { describeRepositories } from './conformance/repositories.js';
import { describeSafety } from './conformance/safety.js';
import type { MakeStore } from './conformance/subject.js';
import { describeTagHistory } from './conformance/tag-history.js';
import { describeUploads } from './conformance/uploads.js';

/** What every implementation of the store's port must do. */
export function describeStore(name: string, makeStore: MakeStore): void {
  describe(name, () => {
    describeBlobs(makeStore);
    describeIncoming(makeStore);
    describeRepositories(makeStore);
    describeTagHistory(makeStore);
    describeUploads(makeStore);
    describeRecords(makeStore);
    describeSafety(makeStore);
  });
}
