import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Destination, destinationsOf, type Naming } from '#src/images/import/destination.js';
import type { ImportImage } from '#src/images/import/image.js';
import { smallImage } from '../../../parts/images.js';

const HOSTS = {
  upstreams: new Map(['docker.io', 'ghcr.io', 'registry.example:5000'].map((host) => [host, true])),
  defaultHost: 'docker.io',
};

function image(names: readonly string[], changes: Partial<ImportImage> = {}): ImportImage {
  const root = smallImage(names.join(), { size: 10 }).manifest.digest;
  return { names, pushedTo: undefined, root, manifests: [], blobs: [], absent: [], ...changes };
}

function places(images: readonly ImportImage[], changes: Partial<Naming> = {}): readonly Destination[] {
  const naming = { hosts: HOSTS, name: undefined, isOwn: false, ...changes };
  return [...destinationsOf(images, naming).values()].flat();
}

function short(destinations: readonly Destination[]): string[] {
  return destinations.map(({ repository, tag, upstream }) => `${repository} ${tag} ${upstream}`);
}

describe('where an imported image is put', () => {
  it('is where a pull of a configured upstream would put it', () => {
    const names = ['redis:7', 'docker.io/team/app', 'ghcr.io/o/a:1', 'registry.example:5000/x:2'];
    assert.deepEqual(short(places([image(names)])), [
      'library/redis 7 docker.io',
      'team/app latest docker.io',
      'ghcr.io/o/a 1 ghcr.io',
      'registry.example_5000/x 2 registry.example:5000',
    ]);
  });

  it('is where a push would put it, when it is of no upstream or of no configured one', () => {
    const names = [
      'redis:7',
      'team/app:1',
      'quay.io/a/b:1',
      'localhost:5000/own/app:1',
      '127.0.0.1:5000/own:2',
    ];
    assert.deepEqual(short(places([image(names)], { isOwn: true })), [
      'redis 7 undefined',
      'team/app 1 undefined',
      'quay.io/a/b 1 undefined',
      'own/app 1 undefined',
      'own 2 undefined',
    ]);
    assert.deepEqual(short(places([image(['quay.io/a/b:1'])])), ['quay.io/a/b 1 undefined']);
  });

  it('is where it was pushed to in the mirror that archived it, unless another name is asked for', () => {
    const pushed = image(['docker.io/library/app:1'], { pushedTo: 'app' });
    assert.deepEqual(short(places([pushed])), ['app 1 undefined']);
    assert.deepEqual(short(places([pushed], { name: 'ghcr.io/o/app:2' })), ['ghcr.io/o/app 2 ghcr.io']);
  });

  it('is nowhere without a name, with a wrong one, or one for several images', () => {
    assert.throws(() => places([image([])]), { message: /does not say what sha256:.* is called/ });
    assert.throws(() => places([image(['Bad Name'])]), { message: '"Bad Name" is no name of an image' });
    assert.throws(() => places([]), { message: 'there is no image in it' });
    const two = [image(['a:1']), image(['b:1'])];
    assert.throws(() => places(two, { name: 'c:1' }), {
      message: /--name is for one image, and there are 2/,
    });
    assert.throws(() => places([image(['a:1']), image(['docker.io/library/a:1'])]), {
      message: /names two images in it/,
    });
    const other = `a@sha256:${'0'.repeat(64)}`;
    assert.throws(() => places([image([other])]), { message: /it calls sha256:/ });
  });
});
