import { buildImage, type Image } from '../parts/images.js';
import { randomLayer } from '../parts/layers.js';
import type { TestUpstream } from '../parts/upstream.js';

/** Bytes a second of a link that is slow enough to do something in the middle of a layer. */
export const SLOW = 2_000_000;

/** Layers that nothing else has, the larger one first. */
export function twoLayers(seed: string): Image {
  return buildImage({
    layers: [randomLayer(seed, 3_000_000), randomLayer(`${seed}-2`, 200_000)],
    label: seed,
  });
}

/** `kill -9` of the registry; what it had sent and had not arrived is lost with it. */
export async function crash({ registry, link }: TestUpstream): Promise<void> {
  await registry.kill();
  link.setFaults({ refuse: true });
}

/** Whether part of a blob was asked for, from somewhere in the middle to its end. */
export function resumed({ counter }: TestUpstream): boolean {
  return counter.requests.some(
    ({ range, status, path }) =>
      path.includes('/blobs/') && status === 206 && /^bytes=[1-9]\d*-$/.test(range ?? ''),
  );
}
