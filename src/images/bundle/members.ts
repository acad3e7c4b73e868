import type { Digest } from '../../oci/digest.js';
import { blobPath } from '../archive/plan.js';
import { BLOCK, END, tarHeader } from '../tar/write-header.js';
import { LAYOUT_FILE } from './layout-index.js';
import { type BundleList, sizeIn } from './list.js';

/** The members in front of the content, in their order. */
export const LIST_MEMBER = 'list.json';
export const SIGNATURE_MEMBER = 'list.json.sig';
export const LAYOUT_MEMBER = 'oci-layout';
export const INDEX_MEMBER = 'index.json';

/** A member of a bundle, and where it is: the list decides about every byte but those of the contents. */
export interface PlacedMember {
  readonly path: string;
  /** Of content; undefined for those in front. */
  readonly digest: Digest | undefined;
  /** Bytes. */
  readonly size: number;
  /** Where its header begins, where its content does, and where it ends with what fills the last block. */
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

/** Where all members of a bundle are. */
export interface PlacedMembers {
  readonly members: readonly PlacedMember[];
  /** Bytes of the whole bundle. */
  readonly total: number;
}

/** Computes where the members are. */
export function placeMembers(list: BundleList, listSize: number, signatureSize: number): PlacedMembers {
  const members: PlacedMember[] = [];
  let position = 0;
  function add(path: string, size: number, digest?: Digest): void {
    const content = position + tarHeader(path, size).length;
    const end = content + Math.ceil(size / BLOCK) * BLOCK;
    members.push({ path, digest, size, start: position, content, end });
    position = end;
  }
  add(LIST_MEMBER, listSize);
  add(SIGNATURE_MEMBER, signatureSize);
  add(LAYOUT_MEMBER, LAYOUT_FILE.length);
  add(INDEX_MEMBER, list.index.size);
  for (const digest of list.members) add(blobPath(digest), sizeIn(list, digest), digest);
  return { members, total: position + END.length };
}
