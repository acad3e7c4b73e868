import { MirrorError } from '../../../errors.js';
import { parseReference } from '../../../oci/reference.js';

/** Whether a text could be the name of an image. */
export function isReference(text: string): boolean {
  try {
    parseReference(text);
    return true;
  } catch (error) {
    if (!(error instanceof MirrorError)) throw error;
    return false;
  }
}

/** Whether a name says a tag or a digest. */
export function hasVersion(name: string): boolean {
  return name.includes('@') || name.lastIndexOf(':') > name.lastIndexOf('/');
}
