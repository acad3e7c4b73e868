import { readFile } from 'node:fs/promises';
import { errorCode, isMissing } from '../errors.js';
import {
  type AliasCollision,
  aliasesOf,
  formatCollision,
  isOfSettings,
  parseImageList,
} from '../oci/image-list.js';
import type { ConfigProblem } from './engine-port.js';

/** What was found in a list of images. */
export interface ImagesCheck {
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

/**
 * Checks the list of images that `mirror.images` names: each line names an image, and no two repositories share a short
 * name. That two images of the settings do, is only worth a warning, and so is a list that is not there yet: the first start names it before anybody writes it.
 */
export async function checkImages(path: string | undefined): Promise<ImagesCheck> {
  if (path === undefined) return { problems: [], warnings: [] };
  const found = (line: number | undefined, message: string): ConfigProblem => ({
    file: path,
    line,
    column: undefined,
    key: '',
    message,
  });
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) {
      return { problems: [], warnings: [found(undefined, 'is not there; no images are listed')] };
    }
    return {
      problems: [found(undefined, `cannot be read (${errorCode(error)}); expected a file`)],
      warnings: [],
    };
  }
  const list = parseImageList(text);
  const collisions = aliasesOf(list.images).collisions;
  const [ofSettings, ofLines] = [
    collisions.filter(isOfSettings),
    collisions.filter((each) => !isOfSettings(each)),
  ];
  const describe = (collision: AliasCollision) => found(collision.second.line, formatCollision(collision));
  const problems = [
    ...list.problems.map(({ line, message }) => found(line, message)),
    ...ofLines.map(describe),
  ];
  return {
    problems: problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    warnings: ofSettings.map(describe),
  };
}
