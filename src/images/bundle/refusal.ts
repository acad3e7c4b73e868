import { BundleRefused } from './bundle-error.js';
import type { BundleList } from './list.js';
import type { RefusedUnit } from './plan-apply.js';

/** Why a bundle is not applied, in one error: what is missing before what is in the way. */
export function refusal(
  refused: readonly RefusedUnit[],
  list: BundleList,
  isTrusted: boolean,
): BundleRefused {
  const missing = refused.filter(({ why }) => why === 'missing');
  const what = missing.length > 0 ? missing : refused;
  const [first] = what;
  const named = `${first?.unit.name}: ${first?.problem}${what.length > 1 ? `, and ${what.length - 1} more images` : ''}`;
  if (missing.length > 0) {
    return new BundleRefused(`${origin(list)}, and not all of it is here: ${named}`, {
      hint: remedy(list, isTrusted),
    });
  }
  return new BundleRefused(`it would replace what is not its own: ${named}`, {
    hint: 'replace it with --force, or apply all but that with --partial',
  });
}

function origin({ parent, since }: BundleList): string {
  if (parent !== undefined) return `it builds on the bundle of ${parent.created} (list ${parent.list})`;
  if (since !== undefined) return `it has only what is newer than ${since}`;
  return 'it does not have everything that its images need';
}

function remedy({ parent, since }: BundleList, isTrusted: boolean): string {
  const partial = 'or apply what is whole with --partial';
  if (!isTrusted) return `what is not signed has to have all of its content itself, ${partial}`;
  if (parent !== undefined) return `apply that one first, ${partial}`;
  if (since !== undefined) return `make one with an earlier --since, or without it, ${partial}`;
  return partial.slice(3);
}
