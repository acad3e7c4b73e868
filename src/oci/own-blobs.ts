import type { Descriptor, Manifest } from './manifest.js';

/**
 * What a registry has to hold of an image: config and layers, each once. Layers with addresses of their own need not be in a registry
 * (OCI image specification 1.1, "Non-Distributable Layers").
 */
export function ownBlobs({ config, layers }: Manifest): Descriptor[] {
  const own = layers.filter(({ urls }) => urls === undefined);
  const all = config === undefined ? own : [config, ...own];
  // One that is named with two sizes stays twice: it cannot have both.
  return [...new Map(all.map((blob) => [`${blob.digest} ${blob.size}`, blob])).values()];
}
