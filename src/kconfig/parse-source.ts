import type { ParseContext } from './parse-context.js';
import { StatementError } from './reader.js';

type Include = 'source' | 'rsource' | 'osource' | 'orsource';

/**
 * `source "PATTERN"`. A pattern stands for every file that it fits, in order. `rsource` is relative to the file that it stands in;
 * `osource` and `orsource` (optional) may stand for no file at all.
 * @param parse reads the statements of the file that was opened last
 */
export function includeFiles(
  context: ParseContext,
  how: Include,
  parse: (context: ParseContext) => void,
): void {
  const { reader, sources } = context;
  const named = reader.takeQuoted('the name of a file');
  reader.endStatement();
  const isRelative = how === 'rsource' || how === 'orsource';
  const isOptional = how === 'osource' || how === 'orsource';
  const pattern = isRelative ? joinPath(folderOf(reader.file), named) : named;
  const isPattern = /[*?[]/.test(pattern);
  const paths = isPattern ? sources.glob(pattern) : [pattern];
  if (paths.length === 0 && !isOptional) throw new StatementError(`no file fits "${pattern}"`);
  for (const path of paths) {
    const text = sources.read(path);
    if (text !== undefined) reader.include(path, text, () => parse(context));
    else if (!isOptional) reader.fail(`there is no file "${path}"`);
  }
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash + 1);
}

function joinPath(folder: string, path: string): string {
  return path.startsWith('/') ? path : folder + path;
}
