import { readTextIfThere } from '../../host/files.js';
import { parseImageList } from '../../oci/image-list.js';
import { layoutOf } from '../../render/layout.js';
import type { CliContext } from '../command.js';
import { mirrorPath } from '../location.js';

const NOTHING_TYPED = {
  text: () => undefined,
  number: () => undefined,
  flag: () => false,
  list: () => [],
  rest: [],
};

/** The images of the list as they are written, for the completion of a shell. */
export async function completeListed(context: CliContext): Promise<readonly string[]> {
  const { manifest } = layoutOf(mirrorPath(NOTHING_TYPED, context));
  const { images } = parseImageList((await readTextIfThere(manifest)) ?? '');
  return images.filter(({ isMade }) => !isMade).map(({ written }) => written);
}
