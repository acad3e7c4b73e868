import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scan } from '#src/images/scan/scan.js';
import { SCAN_TREES_ROOT, scanTrees } from '../../../parts/scan-trees.js';

describe('a scan of a tree of each format', () => {
  for (const tree of scanTrees()) {
    it(`${tree.name}: finds every image, and nothing else`, async () => {
      const result = await scan([tree.name], {
        cwd: SCAN_TREES_ROOT,
        includeAll: false,
        signal: new AbortController().signal,
      });
      const images = result.images.flatMap(({ image, places }) =>
        places.map(({ path, line }) => `${path}:${line}: ${image}`),
      );
      assert.deepEqual(images.sort(), tree.images);
      const unresolved = result.unresolved.map(
        ({ path, line, text, why }) => `${path}:${line}: ${text}: ${why}`,
      );
      // Of the reasons, only what the table has of them.
      assert.deepEqual(
        unresolved.sort().map((line, i) => line.slice(0, tree.unresolved[i]?.length)),
        tree.unresolved,
      );
      assert.deepEqual(
        result.problems.map(({ path, line }) => `${path}:${line}`),
        tree.problems,
      );
      assert.equal(result.interrupted, false);
    });
  }
});
