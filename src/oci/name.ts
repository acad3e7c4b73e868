import { OciError } from './error-code.js';

/** Longest repository name accepted (Distribution's limit, which clients keep to). */
export const NAME_LIMIT = 255;

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]{1,5})?$/;

/** Whether one component of a repository name is well formed (OCI distribution specification 1.1, "Pulling manifests"). */
export function isComponent(text: string): boolean {
  return COMPONENT.test(text);
}

/** Whether the text is a repository name: lower-case components between slashes, at most 255 characters. */
export function isRepository(text: string): boolean {
  return text.length <= NAME_LIMIT && text.split('/').every(isComponent);
}

/**
 * The text as a repository name.
 * @throws OciError `NAME_INVALID` saying what to change
 */
export function parseRepository(text: string): string {
  if (isRepository(text)) return text;
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  throw new OciError('NAME_INVALID', `"${shown}" is not a repository name`, { hint: nameHint(text) });
}

function nameHint(text: string): string {
  if (text.length > NAME_LIMIT) return `it is longer than ${NAME_LIMIT} characters`;
  if (text !== text.toLowerCase()) return 'repository names are lower case';
  return 'components of a-z, 0-9 and single separators . _ __ - between slashes';
}

/** Whether the text is a tag: at most 128 characters of letters, digits, `_`, `.` and `-`. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** Whether the text is a registry host as it stands in a reference: name or address, with an optional port. */
export function isHost(text: string): boolean {
  return HOST.test(text);
}

/**
 * Whether the first component of a reference names a registry host and not a part of the repository: it has a dot
 * or a colon, is in brackets, or is `localhost` (the rule of Docker's reference package).
 */
export function looksLikeHost(component: string): boolean {
  return component === 'localhost' || /[.:[]/.test(component) || component !== component.toLowerCase();
}
