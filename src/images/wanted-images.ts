import { type ListedImage, type ListProblem, listKey, parseImageList } from '../oci/image-list.js';
import type { ImageOptions } from '../oci/image-options.js';
import type { Reference } from '../oci/reference.js';
import { withMadePart } from './made-part.js';

/** An image that is to be here and fresh. */
export interface WantedImage {
  /** As it is written. */
  readonly image: string;
  readonly reference: Reference;
  /** The line of the list that names it, counted from 1; undefined: the settings do. */
  readonly line: number | undefined;
  readonly options: ImageOptions;
}

/** What is to be kept ready, and the lines of the list that name nothing. */
export interface WantedImages {
  readonly images: readonly WantedImage[];
  readonly problems: readonly ListProblem[];
}

/**
 * The images to keep ready: those of the list, then those of the settings, each once, whichever way it is written. Neither of the two
 * replaces the other: who adds a line to the list still has what the settings name. Of an image that both name, the line of the list counts.
 * @param list the text of images/manifest.txt, whether its part that is made from the settings is up to date or not
 * @param names the images of the settings, which were checked when they were read
 */
export function wantedImages(list: string, names: readonly string[]): WantedImages {
  const { images, problems } = parseImageList(withMadePart(list, names).text);
  const once = new Map<string, ListedImage>();
  for (const image of [...images.filter(({ isMade }) => !isMade), ...images.filter(({ isMade }) => isMade)]) {
    if (!once.has(listKey(image))) once.set(listKey(image), image);
  }
  return {
    images: [...once.values()].map(({ written, reference, line, options, isMade }) => ({
      image: written,
      reference,
      line: isMade ? undefined : line,
      options,
    })),
    problems,
  };
}
