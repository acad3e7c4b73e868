import type { UpstreamHosts } from '../../oci/stored-name.js';
import type { Store } from '../../store/port.js';
import { type FoundImage, findImage } from '../archive/find-image.js';
import { ImageError } from '../archive-error.js';
import { shown } from '../tar/read-tar.js';
import type { Base } from './base.js';
import { type ChosenImage, chooseImages } from './choose.js';
import { type Composed, composeBundle } from './compose.js';
import type { CreateEvent } from './events.js';
import type { Inventory } from './inventory.js';
import { survey } from './survey.js';

/** What a bundle is to hold. */
export interface Wanted {
  readonly store: Store;
  readonly hosts: UpstreamHosts;
  /** Names of images; none: all of the mirror. */
  readonly images: readonly string[];
  readonly base: Base;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/**
 * Finds out what a bundle is to consist of. Of the whole mirror, images that are not whole are left out and told of.
 * @throws ImageError for one that was named and is not here, or not whole; OciError for what is no name
 */
export async function planBundle(wanted: Wanted, tell: (event: CreateEvent) => void): Promise<Composed> {
  const { store, images, base, now } = wanted;
  if (images.length === 0) {
    const inventory = await survey(store.repositories.walk(), wanted);
    for (const { image, problem } of inventory.leftOut) tell({ event: 'left_out', image, problem });
    return composeBundle(inventory, base, true, now);
  }
  const chosen: (ChosenImage & { readonly written: string })[] = [];
  for (const image of new Set(images)) chosen.push(asChosen(image, await found(wanted, image)));
  const inventory = await survey(new Set(chosen.map(({ stored }) => stored)), wanted);
  for (const image of chosen) requireWhole(image, inventory);
  return composeBundle(chooseImages(inventory, chosen), base, false, now);
}

async function found({ store, hosts }: Wanted, image: string): Promise<FoundImage> {
  try {
    return await findImage(store, hosts, image);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    throw new ImageError(`${shown(image)}: ${error.message}`, { cause: error, ...hintOf(error) });
  }
}

function asChosen(
  written: string,
  { repository, reference, digest }: FoundImage,
): ChosenImage & { readonly written: string } {
  // One that is named with both is meant by its digest, as everywhere.
  return {
    written,
    stored: repository,
    tag: reference.digest === undefined ? reference.tag : undefined,
    digest,
  };
}

function requireWhole(
  { written, stored, tag, digest }: ChosenImage & { readonly written: string },
  inventory: Inventory,
): void {
  if (inventory.repositories.some((each) => each.stored === stored && each.manifests.includes(digest)))
    return;
  const told = inventory.leftOut.find((each) => each.stored === stored && each.tag === tag);
  throw new ImageError(
    `${shown(written)} is not whole here${told === undefined ? '' : `: ${told.problem}`}`,
    {
      hint: 'fetch it with "docker-mirror update" or a pull through the mirror, and try again',
    },
  );
}

function hintOf({ hint }: ImageError): { hint?: string } {
  return hint === undefined ? {} : { hint };
}
