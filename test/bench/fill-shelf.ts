import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseDigest } from '#src/oci/digest.js';
import { parseManifest } from '#src/oci/manifest.js';
import {
  blobData,
  layerLink,
  revisionLink,
  revisionOrigin,
  tagCurrent,
  tagIndex,
  tagOrigin,
} from '#src/store/layout.js';
import type { Content } from './content.js';

/** Writes the images of a shelf into a folder as pulls from Docker Hub leave them there, but for syncing each file to the disk. */
export function fillShelf(root: string, content: Content): void {
  const origin = JSON.stringify({ upstream: 'docker.io', confirmed: 1 });
  const write = (path: string, bytes: string | Buffer) => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  };
  for (const image of content.catalog.shelf) {
    const [repository = '', tag = ''] = image.split(':');
    const shelved = content.shelf.get(`${repository}/${tag}`);
    if (shelved === undefined) throw new Error(`${image} is not on the shelf`);
    const bytes = Buffer.concat(shelved.parts);
    const digest = parseDigest(shelved.digest);
    const { config, layers } = parseManifest(bytes);
    for (const blob of config === undefined ? layers : [config, ...layers]) {
      write(blobData(blob.digest), Buffer.concat(content.blobs.get(blob.digest)?.parts ?? []));
      write(layerLink(repository, blob.digest), blob.digest);
    }
    write(blobData(digest), bytes);
    write(revisionOrigin(repository, digest), origin);
    write(revisionLink(repository, digest), digest);
    write(tagOrigin(repository, tag), origin);
    write(tagIndex(repository, tag, digest), digest);
    write(tagCurrent(repository, tag), digest);
  }
}
