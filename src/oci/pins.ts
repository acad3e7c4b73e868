import type { Digest } from './digest.js';
import type { ListedImage } from './image-list.js';
import { DOCKER_HUB, isHubHost } from './reference.js';

/** Whether a tag of a repository stays as it is, or at which digest: the option `pin` of its line. */
export type Pins = (host: string, repository: string, tag: string) => boolean | Digest;

/** The pins of a list. Of several lines for one tag the first one of the user's own counts. */
export function pinsOf(images: readonly ListedImage[]): Pins {
  const pins = new Map<string, boolean | Digest>();
  for (const { reference, options } of [...images.filter((each) => !each.isMade), ...images]) {
    const { host, repository, tag } = reference;
    if (tag === undefined || options.tags !== undefined) continue;
    const key = keyOf(host, repository, tag);
    if (!pins.has(key)) pins.set(key, options.pin);
  }
  return (host, repository, tag) => pins.get(keyOf(host, repository, tag)) ?? false;
}

function keyOf(host: string, repository: string, tag: string): string {
  const lower = host.toLowerCase();
  return `${isHubHost(lower) ? DOCKER_HUB : lower}/${repository}:${tag}`;
}
