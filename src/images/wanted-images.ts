import { parseImageList } from '../oci/image-list.js';
import { type ImageOptions, NO_OPTIONS } from '../oci/image-options.js';
import { formatReference, parseReference, type Reference } from '../oci/reference.js';

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
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

/**
 * The images to keep ready: those of the list, then those of the settings, each once, whichever way it is written. Neither of the two
 * replaces the other: who adds a line to the list still has what the settings name.
 * @param list the text of images/manifest.txt
 * @param names the images of the settings, which were checked when they were read
 */
export function wantedImages(list: string, names: readonly string[]): WantedImages {
  const { images: listed, problems } = parseImageList(list);
  const all: WantedImage[] = [
    ...listed.map(({ written, reference, line }) => ({
      image: written,
      reference,
      line,
      options: NO_OPTIONS,
    })),
    ...names.map((name) => ({
      image: name,
      reference: parseReference(name),
      line: undefined,
      options: NO_OPTIONS,
    })),
  ];
  const once = new Map<string, WantedImage>();
  for (const each of all) {
    const key = formatReference(each.reference);
    if (!once.has(key)) once.set(key, each);
  }
  return { images: [...once.values()], problems };
}
