import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { smallImage } from '../../parts/images.js';
import { waitFor } from '../../parts/wait.js';
import { addImage, type Updating, updating } from './updating.js';

/** What the mirror says of a tag: its digest, and how it came by it. */
async function askTag({ mirror }: Updating): Promise<{ digest: string | null; how: string | null }> {
  const { headers } = await fetch(`${mirror.url}/v2/library/app/manifests/1`, { method: 'HEAD' });
  return { digest: headers.get('docker-content-digest'), how: headers.get('cache-status') };
}

function untilPinned(scene: Updating, digest: string): Promise<unknown> {
  return waitFor(
    async () => {
      const { digest: now, how } = await askTag(scene);
      return now === digest && how === 'docker-mirror; hit; detail=pinned';
    },
    { what: 'the pin is in force' },
  );
}

describe('an update of a list with pins', () => {
  it(
    'fetches a pinned image once, and never asks for its tag again',
    updating(async (scene) => {
      const { hub, list, run, forget, asked } = scene;
      const [first, second] = [smallImage('one'), smallImage('two')];
      addImage(hub, 'library/app', '1', first);
      await list('app:1 pin');
      assert.equal((await run('update')).status, 0);
      await untilPinned(scene, first.manifest.digest);
      addImage(hub, 'library/app', '1', second);
      forget();
      const again = await run('update');
      assert.match(again.out, /0 images fetched .*, 1 unchanged\n$/);
      assert.deepEqual(
        asked().filter((line) => line.endsWith('/manifests/1')),
        [],
      );
      assert.equal((await askTag(scene)).digest, first.manifest.digest);
    }),
  );

  it(
    'brings an image back to the digest that it is pinned to, whole',
    updating(async (scene) => {
      const { hub, list, run, asked, forget } = scene;
      const [old, current] = [smallImage('old'), smallImage('current')];
      addImage(hub, 'library/app', '1', old);
      addImage(hub, 'library/app', '1', current);
      await list('app:1');
      await run('update');
      await list(`app:1 pin=${old.manifest.digest}`);
      await waitFor(async () => (await askTag(scene)).digest === old.manifest.digest, {
        what: 'the pin is in force',
      });
      forget();
      const { status, out } = await run('update');
      assert.equal(status, 0, out);
      assert.match(out, /1 image fetched/);
      assert.deepEqual(
        asked().filter((line) => line.includes(current.manifest.digest)),
        [],
      );
      await hub.close();
      const shown = JSON.parse((await run('images', 'list', '--json')).out) as {
        held: { digest: string; platforms: { servable: boolean }[] }[];
      }[];
      assert.deepEqual(
        shown.map(({ held }) => held.map(({ digest, platforms }) => [digest, platforms[0]?.servable])),
        [[[old.manifest.digest, true]]],
      );
    }),
  );
});
