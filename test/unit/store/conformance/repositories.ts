import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { collect, digestOf, type MakeStore, text, withStore } from './subject.js';

export function describeRepositories(makeStore: MakeStore): void {
  describe('repositories', () => {
    it(
      'links, lists and unlinks layers and revisions',
      withStore(makeStore, async ({ repositories }) => {
        const one = text('one').digest;
        const wide = digestOf(Buffer.from('wide'), 'sha512');
        const kinds = [
          {
            has: repositories.hasLayer.bind(repositories),
            link: repositories.linkLayer.bind(repositories),
            unlink: repositories.unlinkLayer.bind(repositories),
            all: repositories.layers.bind(repositories),
          },
          {
            has: repositories.hasRevision.bind(repositories),
            link: repositories.linkRevision.bind(repositories),
            unlink: repositories.unlinkRevision.bind(repositories),
            all: repositories.revisions.bind(repositories),
          },
        ];
        for (const { has, link, unlink, all } of kinds) {
          assert.equal(await has('some/name', one), false);
          assert.equal(await unlink('some/name', one), false);
          assert.deepEqual(await collect(all('some/name')), []);
          await link('some/name', one);
          await link('some/name', one);
          await link('some/name', wide);
          assert.equal(await has('some/name', one), true);
          assert.equal(await has('some/name', wide), true);
          assert.equal(await has('some', one), false);
          assert.deepEqual((await collect(all('some/name'))).sort(), [one, wide]);
          assert.equal(await unlink('some/name', one), true);
          assert.equal(await has('some/name', one), false);
          assert.deepEqual(await collect(all('some/name')), [wide]);
          await link('some/name', one);
          assert.equal(await has('some/name', one), true);
        }
      }),
    );

    it(
      'tells the sizes of the blobs that are linked and here',
      withStore(makeStore, async ({ repositories, blobs }) => {
        const [here, unlinked, absent, empty] = [text('here'), text('unlinked'), text('absent'), text('')];
        for (const { digest, bytes } of [here, unlinked, empty]) await blobs.put(digest, bytes);
        for (const { digest } of [here, absent, empty]) await repositories.linkLayer('r', digest);
        const digests = [here, unlinked, absent, here, empty].map(({ digest }) => digest);
        assert.deepEqual(repositories.layerSizes('r', digests), [4, undefined, undefined, 4, 0]);
        assert.deepEqual(repositories.layerSizes('r/other', digests.slice(0, 1)), [undefined]);
        assert.deepEqual(repositories.layerSizes('r', []), []);
      }),
    );

    it(
      'moves, lists and removes tags',
      withStore(makeStore, async (store, subject) => {
        const { repositories } = store;
        const [one, two] = [text('one').digest, text('two').digest];
        assert.equal(await repositories.readTag('r', 'latest'), undefined);
        assert.equal(await repositories.tags('r'), undefined);
        assert.equal(await repositories.removeTag('r', 'latest'), false);
        assert.equal(await repositories.exists('r'), false);
        for (const tag of ['latest', '1.0', '_x', 'B', 'a', 'a-b'])
          await repositories.writeTag('r', tag, one);
        await repositories.writeTag('r', 'latest', two);
        assert.equal(await repositories.readTag('r', 'latest'), two);
        assert.equal(await repositories.readTag('r', '1.0'), one);
        assert.equal(await repositories.exists('r'), true);
        assert.deepEqual(await repositories.tags('r'), ['1.0', 'B', '_x', 'a', 'a-b', 'latest']);
        assert.deepEqual(await repositories.tags('r', 'a'), ['a-b', 'latest']);
        assert.deepEqual(await repositories.tags('r', 'aa'), ['latest']);
        assert.deepEqual(await repositories.tags('r', 'latest'), []);
        assert.equal(await repositories.removeTag('r', 'latest'), true);
        assert.equal(await repositories.removeTag('r', 'latest'), false);
        assert.equal(await repositories.readTag('r', 'latest'), undefined);
        const again = await subject.reopen();
        assert.deepEqual(await again.repositories.tags('r'), ['1.0', 'B', '_x', 'a', 'a-b']);
        await again.repositories.writeTag('r', 'latest', one);
        assert.equal(await again.repositories.readTag('r', 'latest'), one);
      }),
    );

    it(
      'has a repository as soon as anything is named in it, nested ones as well',
      withStore(makeStore, async ({ repositories }) => {
        const { digest } = text('x');
        await repositories.linkLayer('a/b/c', digest);
        await repositories.linkRevision('a', digest);
        assert.deepEqual(await collect(repositories.walk()), ['a', 'a/b/c']);
        assert.equal(await repositories.exists('a/b'), false);
        assert.equal(await repositories.tags('a/b'), undefined);
        assert.deepEqual(await repositories.tags('a'), []);
        await repositories.writeTag('a/b', 'tag', digest);
        assert.deepEqual(await collect(repositories.walk()), ['a', 'a/b', 'a/b/c']);
      }),
    );

    it(
      'lists repositories in the order of their path components, and goes on after any name',
      withStore(makeStore, async ({ repositories }) => {
        const ordered = ['a', 'a/a', 'a/b', 'a/b/c', 'a-b', 'a-b/a', 'a.b', 'a0', 'b/z', 'ghcr.io/a/b', 'z'];
        for (const name of [...ordered].reverse()) await repositories.linkLayer(name, text('x').digest);
        assert.deepEqual(await collect(repositories.walk()), ordered);
        for (const [position, name] of ordered.entries()) {
          assert.deepEqual(await collect(repositories.walk(name)), ordered.slice(position + 1), name);
        }
        const rank = (name: string): string => name.replaceAll('/', '\0');
        const component = fc.stringMatching(/^[abz][-.]?[abz0]?$/);
        const anyName = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
        await fc.assert(
          fc.asyncProperty(anyName, async (last) => {
            const expected = ordered.filter((name) => rank(name) > rank(last));
            assert.deepEqual(await collect(repositories.walk(last)), expected);
          }),
          { numRuns: 60 },
        );
      }),
    );

    it(
      'may be left in the middle of a walk',
      withStore(makeStore, async ({ repositories, blobs }) => {
        for (const name of ['a', 'b', 'c']) {
          await repositories.linkLayer(name, text(name).digest);
          await blobs.put(text(name).digest, Buffer.from(name));
        }
        for await (const name of repositories.walk()) {
          assert.equal(name, 'a');
          break;
        }
        for await (const { size } of blobs.walk()) {
          assert.equal(size, 1);
          break;
        }
      }),
    );

    it(
      'stands many writers at once',
      withStore(makeStore, async ({ repositories }) => {
        const digests = Array.from({ length: 30 }, (_, number) => text(`layer ${number}`).digest);
        await Promise.all(
          digests.flatMap((digest, number) => [
            repositories.linkLayer('busy/one', digest),
            repositories.linkRevision('busy/one', digest),
            repositories.writeTag('busy/one', `tag-${number % 5}`, digest),
          ]),
        );
        assert.deepEqual((await collect(repositories.layers('busy/one'))).sort(), [...digests].sort());
        assert.deepEqual((await collect(repositories.revisions('busy/one'))).sort(), [...digests].sort());
        assert.deepEqual(await repositories.tags('busy/one'), ['tag-0', 'tag-1', 'tag-2', 'tag-3', 'tag-4']);
        for (const tag of ['tag-0', 'tag-4']) {
          const digest = await repositories.readTag('busy/one', tag);
          assert.ok(digest !== undefined && digests.includes(digest));
        }
      }),
    );
  });
}
