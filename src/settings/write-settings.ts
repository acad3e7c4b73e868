import { stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMissing } from '../errors.js';
import { bytesIfThere, copyAtomic, linkTarget } from '../host/file-copy.js';
import { withFileLock } from '../host/file-lock.js';
import { ensureFolder, writeFileAtomic } from '../host/files.js';
import { reporting, SettingsChanged } from './settings-text.js';

/** How settings are written. */
export interface SaveOptions {
  /** What the file must still hold, for what was read from it; undefined: nothing is there. Not looked at when absent. */
  readonly expected?: { readonly text: string | undefined };
  /** Write into the file and do not replace it, for one that is mounted by itself. A crash may then leave a part. */
  readonly inPlace?: boolean;
  /** Keep what was there as `PATH.old`. */
  readonly keepOld?: boolean;
}

/**
 * Writes a file of settings: atomically, through symbolic links, with the mode it had. An equal one is not touched. Folders
 * that are missing are made.
 * @returns whether anything was written
 * @throws SettingsChanged, SettingsFileError; what was there is still there
 */
export function writeSettingsText(path: string, text: string, options: SaveOptions = {}): Promise<boolean> {
  return reporting(`cannot write ${path}`, async () => {
    if (await isSpecial(path)) {
      await writeFile(path, text);
      return true;
    }
    const target = await linkTarget(path);
    await ensureFolder(dirname(target));
    const write = () => replaceText(path, target, text, options);
    return await (options.expected === undefined ? write() : withFileLock(target, write));
  });
}

async function replaceText(
  path: string,
  target: string,
  text: string,
  options: SaveOptions,
): Promise<boolean> {
  const before = await bytesIfThere(target);
  checkExpected(path, before, options.expected);
  if (before?.equals(Buffer.from(text)) === true) return false;
  if (before !== undefined && options.keepOld === true) {
    await reporting(`cannot keep the settings there are as ${path}.old`, () =>
      copyAtomic(target, `${path}.old`),
    );
  }
  if (options.inPlace === true) await writeFile(target, text, { flush: true });
  else await writeFileAtomic(target, text);
  return true;
}

/** Whether it is a device or a pipe, such as /dev/stdout: written to, and never replaced. */
async function isSpecial(path: string): Promise<boolean> {
  try {
    const found = await stat(path);
    return !found.isFile() && !found.isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function checkExpected(path: string, before: Buffer | undefined, expected: SaveOptions['expected']): void {
  if (expected === undefined || before?.toString('utf8') === expected.text) return;
  throw new SettingsChanged(`${path} was changed by somebody else meanwhile; nothing was written`, {
    hint: 'try again',
    retryable: true,
  });
}
