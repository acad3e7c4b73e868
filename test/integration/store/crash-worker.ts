import { createDistributionStore } from '#src/store/distribution.js';
import type { Incoming, Store, Upload } from '#src/store/port.js';
import { type CrashImage, crashImage, IMAGES } from './crash-content.js';

/**
 * Stores images without end, saying a line after each step, until it is killed. Its arguments: the root directory, and the number of the
 * image to begin with.
 */
const [rootDirectory = '', first = '0'] = process.argv.slice(2);
const CHUNK = 16_384;

const store = createDistributionStore({ rootDirectory });
for (let number = Number(first); ; number += 2) {
  await Promise.all([storeImage(crashImage(number % IMAGES)), storeImage(crashImage((number + 1) % IMAGES))]);
}

async function storeImage(image: CrashImage): Promise<void> {
  if (image.pushed) await push(store, image);
  else await pull(store, image);
  await store.blobs.put(image.manifestDigest, image.manifest);
  const origin = { upstream: 'docker.io', confirmed: 1 };
  if (!image.pushed) await store.origins.writeRevision(image.repository, image.manifestDigest, origin);
  await store.repositories.linkRevision(image.repository, image.manifestDigest);
  if (!image.pushed) await store.origins.writeTag(image.repository, image.tag, origin);
  say('tagging');
  await store.repositories.writeTag(image.repository, image.tag, image.manifestDigest);
  say('tagged');
  if (image.removed) {
    await store.repositories.removeTag(image.repository, image.tag);
    await store.blobs.quarantine(image.layerDigest);
    await store.repositories.unlinkLayer(image.repository, image.layerDigest);
    say('removed');
  }
}

async function pull({ blobs, repositories }: Store, image: CrashImage): Promise<void> {
  const incoming = await blobs.receive(image.layerDigest);
  if (incoming.offset > 0) say('resumed');
  await appendRest(incoming, image.layer);
  say('publishing');
  await incoming.publish();
  await incoming.close();
  await repositories.linkLayer(image.repository, image.layerDigest);
}

async function push({ uploads }: Store, image: CrashImage): Promise<void> {
  const upload = await uploads.create(image.repository);
  await appendRest(upload, image.layer);
  say('committing');
  await upload.commit(image.layerDigest);
  await upload.close();
}

async function appendRest(target: Incoming | Upload, bytes: Buffer): Promise<void> {
  while (target.offset < bytes.length) {
    await target.append(bytes.subarray(target.offset, target.offset + CHUNK));
    say('appended');
  }
}

function say(what: string): void {
  process.stdout.write(`${what}\n`);
}
