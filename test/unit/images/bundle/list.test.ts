import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ArchiveError } from '#src/images/archive-error.js';
import { baseOf, NO_BASE } from '#src/images/bundle/base.js';
import { composeBundle } from '#src/images/bundle/compose.js';
import { placeMembers } from '#src/images/bundle/members.js';
import { readList } from '#src/images/bundle/read-list.js';
import { survey } from '#src/images/bundle/survey.js';
import { listBytes, listDigest } from '#src/images/bundle/write-list.js';
import { createMemoryStore } from '#src/store/memory.js';
import { BUNDLE_HOSTS } from '../../../parts/bundles.js';
import { fillStore } from '../../../parts/fill-store.js';
import { multiImage } from '../../../parts/images.js';

const { signal } = new AbortController();

async function composed() {
  const store = createMemoryStore();
  const image = multiImage('listed', { size: 100 });
  await fillStore(store, image, { repository: 'library/a', tag: '1', upstream: 'docker.io' });
  await fillStore(store, image, { repository: 'team/b', tag: '__proto__' });
  const inventory = await survey(store.repositories.walk(), { store, hosts: BUNDLE_HOSTS, signal });
  return { image, list: composeBundle(inventory, NO_BASE, true, 1_700_000_000_123).list };
}

describe('the list of a bundle', () => {
  it('is read as it was written', async () => {
    const { list } = await composed();
    const bytes = listBytes(list);
    assert.deepEqual(readList(bytes), list);
    assert.ok(listBytes(readList(bytes)).equals(bytes));
    assert.equal(list.created, '2023-11-14T22:13:20Z');
    assert.deepEqual(
      list.repositories.map(({ upstream, name, tags }) => [upstream, name, [...tags.keys()]]),
      [
        ['docker.io', 'library/a', ['1']],
        [undefined, 'team/b', ['__proto__']],
      ],
    );
  });

  it('is a base on which nothing is new', async () => {
    const { list } = await composed();
    const base = baseOf(list, listDigest(listBytes(list)));
    assert.equal(base.content.size, list.members.length);
    assert.deepEqual([...base.repositories.keys()], ['docker.io\nlibrary/a', '\nteam/b']);
  });

  it('places its members one behind the other, in whole blocks', async () => {
    const { list } = await composed();
    const { members, total } = placeMembers(list, 1000, 200);
    let end = 0;
    for (const member of members) {
      assert.equal(member.start, end);
      assert.ok(member.content - member.start >= 512 && member.end >= member.content + member.size);
      assert.equal(member.end % 512, 0);
      end = member.end;
    }
    assert.equal(total, end + 1024);
  });

  /** What a hostile list could say; each in place of what is there. */
  const changes: readonly (readonly [what: string, change: (list: Lists) => void, message: RegExp])[] = [
    [
      'another format',
      (list) => Object.assign(list, { format: 'x/9' }),
      /no bundle that this version knows.*"x\/9"/,
    ],
    [
      'a name that leads out',
      (list) => Object.assign(first(list.repositories), { name: '../../etc' }),
      /name has "..\/..\/etc", which is none/,
    ],
    [
      'a tag that leads out',
      (list) => Object.assign(first(first(list.repositories).tags), { tag: '../x' }),
      /tag has "..\/x", which is none/,
    ],
    [
      'a host that is none',
      (list) => Object.assign(first(list.repositories), { upstream: 'a/b' }),
      /upstream has "a\/b"/,
    ],
    [
      'a repository twice',
      (list) => void list.repositories.push(first(list.repositories)),
      /a repository is in it twice/,
    ],
    [
      'a member twice',
      (list) => void list.members.push(first(list.members)),
      /members names something twice/,
    ],
    [
      'a member that it does not say anything of',
      (list) => void list.members.push(`sha256:${'0'.repeat(64)}`),
      /does not say what sha256:0+ is/,
    ],
    [
      'a digest that is none',
      (list) => void list.members.push('sha256:../../x'),
      /members has something that is no digest/,
    ],
    [
      'a negative size',
      (list) => Object.assign(first(list.blobs), { size: -1 }),
      /blobs has a size that is none/,
    ],
    [
      'a size without end',
      (list) => Object.assign(first(list.blobs), { size: 1e300 }),
      /blobs has a size that is none/,
    ],
    ['a manifest of a gigabyte', (list) => Object.assign(first(list.manifests), { size: 1e9 }), /the most/],
    [
      'an index of a gigabyte',
      (list) => Object.assign(list.index, { size: 1e9 }),
      /its index has 1000000000 bytes/,
    ],
    [
      'a tag of another repository',
      (list) => Object.assign(first(list.repositories), { manifests: [] }),
      /which is not in its repository/,
    ],
    [
      'an index in itself',
      (list) => Object.assign(first(list.manifests), { children: [first(list.manifests).digest] }),
      /nested more than 8 deep/,
    ],
    [
      'a time that is none',
      (list) => Object.assign(list, { created: 'yesterday' }),
      /created has "yesterday"/,
    ],
    [
      'what a terminal would obey',
      (list) => Object.assign(list, { created: '\u001b[2J' }),
      /created has "\\u001b\[2J", which is none/,
    ],
  ];
  for (const [what, change, message] of changes) {
    it(`is refused with ${what}`, async () => {
      const { list } = await composed();
      const document = JSON.parse(listBytes(list).toString()) as Lists;
      change(document);
      assert.throws(() => readList(Buffer.from(JSON.stringify(document))), { name: 'ArchiveError', message });
    });
  }

  it('is refused, and nothing worse, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          assert.throws(() => readList(bytes), ArchiveError);
        },
      ),
    );
  });

  it('is refused, or is read, when one of its values is another', async () => {
    const { list } = await composed();
    const text = listBytes(list).toString();
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.constantFrom('"', '0', '9', '[', '{', '}', ',', 'a', ' '),
        (at, other) => {
          const bytes = Buffer.from(text.slice(0, at) + other + text.slice(at + 1));
          try {
            placeMembers(readList(bytes), bytes.length, 0);
          } catch (error) {
            assert.ok(error instanceof ArchiveError, String(error));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

interface Lists {
  readonly index: object;
  readonly repositories: { tags: object[] }[];
  readonly manifests: { digest: string }[];
  readonly blobs: object[];
  readonly members: string[];
}

function first<T>(all: readonly T[]): T {
  const [found] = all;
  if (found === undefined) assert.fail('there is none');
  return found;
}
