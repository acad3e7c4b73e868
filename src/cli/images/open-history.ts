import { actAsOwner } from '../../host/act-as-owner.js';
import { readTextIfThere } from '../../host/files.js';
import { type FoundImage, findImage } from '../../images/archive/find-image.js';
import {
  type HeldDigest,
  type HistorySubject,
  heldOf,
  type PastDigest,
  tagHistory,
} from '../../images/history/tag-history.js';
import { wantedImages } from '../../images/wanted-images.js';
import type { Digest } from '../../oci/digest.js';
import { parseImageList } from '../../oci/image-list.js';
import { pinsOf } from '../../oci/pins.js';
import { formatReference, parseReference } from '../../oci/reference.js';
import { layoutOf } from '../../render/layout.js';
import type { Arguments, CliContext } from '../command.js';
import { UsageError } from '../errors.js';
import { fetchSettings } from '../fetch-settings.js';
import { mirrorPath } from '../location.js';
import { configOf, openStore } from '../open-store.js';

/** A tag's history, and where it is from. */
export interface OpenHistory {
  readonly found: FoundImage;
  readonly subject: HistorySubject;
  /** The latest first. */
  readonly history: readonly PastDigest[];
  /** What of another digest is here. To be asked before the work is over. */
  heldOf(digest: Digest): Promise<HeldDigest>;
}

/**
 * Reads the history of the tag that an image names. As root, this process becomes the owner of the mirror's folder of images for good.
 * @throws MirrorError when the image is not here, or is named by digest; what the work throws
 */
export async function withHistory<T>(
  args: Arguments,
  context: CliContext,
  work: (opened: OpenHistory) => Promise<T>,
): Promise<T> {
  const image = args.text('image') ?? '';
  const reference = parseReference(image);
  const { host, repository, tag, digest } = reference;
  if (tag === undefined || digest !== undefined) {
    throw new UsageError(`${image} names a digest, which never stands for anything else`, {
      hint: 'name the image by its tag, such as redis:7',
    });
  }
  const layout = layoutOf(mirrorPath(args, context));
  const config = await configOf(layout, context);
  await actAsOwner(layout.images);
  const { names, platforms } = await fetchSettings(context);
  const list = (await readTextIfThere(config.mirror.images ?? layout.manifest)) ?? '';
  const wanted = wantedImages(list, names).images.find(
    (each) =>
      each.options.tags === undefined && formatReference(each.reference) === formatReference(reference),
  );
  const pin = pinsOf(parseImageList(list).images)(host, repository, tag);
  const { store, hosts } = await openStore(config);
  try {
    const found = await findImage(store, hosts, image);
    const subject = {
      repository: found.repository,
      tag,
      pinned: found.isPushed || typeof pin === 'boolean' ? undefined : pin,
      platforms: wanted?.options.platforms ?? platforms,
      keep: found.isPushed ? Number.POSITIVE_INFINITY : config.mirror.keepDigests,
    };
    return await work({
      found,
      subject,
      history: await tagHistory(store, subject),
      heldOf: (another) => heldOf(store, subject, another),
    });
  } finally {
    await store.close();
  }
}
