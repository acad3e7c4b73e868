import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from '#src/host/exec.js';
import * as layout from '#src/store/layout.js';
import { text } from '../../unit/store/conformance/subject.js';
import { quickFolder } from './folder.js';

const GROUPS = 100;
const EACH = 100;

describe('walks of 10,000', () => {
  it('stream: the first comes at once, and memory does not grow with what has been seen', async () => {
    const { path, remove } = await quickFolder();
    try {
      build(path);
      const walker = fileURLToPath(new URL('./walk-worker.js', import.meta.url));
      // In a process of its own, with its own heap and the collector at hand.
      const { stdout } = await run(process.execPath, ['--expose-gc', walker, path]);
      const walks = JSON.parse(stdout) as Record<string, Walk>;
      const { repositories, blobs, rest } = walks;
      assert.ok(repositories && blobs && rest);
      assert.equal(repositories.count, GROUPS * EACH);
      assert.equal(blobs.count, GROUPS * EACH);
      assert.equal(rest.count, EACH / 2 + EACH);
      for (const [name, walk] of Object.entries({ repositories, blobs })) {
        assert.ok(walk.firstAfter < walk.tookMs / 5, `${name}: ${JSON.stringify(walk)}`);
        // 10,000 names alone, with what holds them together, take more than this.
        assert.ok(walk.heapGrowth < 600_000, `${name}: ${JSON.stringify(walk)}`);
      }
      // What lies before is not looked at.
      assert.ok(rest.tookMs < repositories.tookMs / 4, JSON.stringify(walks));
    } finally {
      await remove();
    }
  });
});

interface Walk {
  readonly count: number;
  readonly firstAfter: number;
  readonly tookMs: number;
  /** Bytes, at most, while walking. */
  readonly heapGrowth: number;
}

/** Synchronously, because that is the quickest: about 60,000 calls. */
function build(root: string): void {
  for (let group = 0; group < GROUPS; group += 1) {
    for (let number = 0; number < EACH; number += 1) {
      const name = `group-${String(group).padStart(3, '0')}/repository-${String(number).padStart(3, '0')}`;
      mkdirSync(join(root, layout.layersFolder(name)), { recursive: true });
      const blob = join(root, layout.blobData(text(name).digest));
      mkdirSync(dirname(blob), { recursive: true });
      writeFileSync(blob, '');
    }
  }
}
