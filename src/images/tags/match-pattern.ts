import { createContext, Script } from 'node:vm';
import { MirrorError } from '../../errors.js';

/** The pattern of a list takes too long on the tags that an upstream has. */
export class TagPatternError extends MirrorError {
  readonly code = 'TAG_PATTERN_SLOW';
}

/** Milliseconds for all tags of a repository. 300,000 tags take a tenth of that on a slow machine, unless the pattern is a bad one. */
const WITHIN = 2_000;

/**
 * The tags that a pattern matches. Who writes tags upstream may know the pattern and how to make it run for ever (a regular expression of
 * JavaScript goes back over what it has read), and there is no bound on it but time: so it is ended then.
 * @param within milliseconds
 * @throws TagPatternError
 */
export function matchingTags(tags: readonly string[], pattern: RegExp, within = WITHIN): string[] {
  const script = new Script('tags.filter((tag) => pattern.test(tag))');
  try {
    return script.runInContext(createContext({ tags, pattern }), { timeout: within }) as string[];
  } catch (error) {
    // Of the context's own kind, which is no Error of ours.
    if ((error as { readonly code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new TagPatternError(
      `the pattern ${String(pattern)} takes more than ${within / 1_000} s on ${tags.length} tags`,
      {
        hint: 'write it without repetitions in or beside one another, such as (a+)+ or .*.*',
        cause: error,
      },
    );
  }
}
