import { readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, isMissing, MirrorError } from '../errors.js';
import { bytesIfThere, copyAtomic, linkTarget } from '../host/file-copy.js';
import { ensureFolder, writeFileAtomic } from '../host/files.js';

/** A file of settings could not be read or written. What was there is still there. */
export class SettingsFileError extends MirrorError {
  readonly code = 'SETTINGS_FILE';
}

/** The settings were changed by somebody else between reading and writing. */
export class SettingsChanged extends SettingsFileError {}

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'run it as the owner of that file, or keep the settings elsewhere with KCONFIG_CONFIG=/some/file',
  EPERM: 'run it as the owner of that file, or keep the settings elsewhere with KCONFIG_CONFIG=/some/file',
  EROFS: 'the file system is read-only: keep the settings elsewhere with KCONFIG_CONFIG=/some/file',
  ENOSPC: 'make room on that disk, or keep the settings elsewhere with KCONFIG_CONFIG=/some/file',
  EDQUOT: 'your quota on that disk is used up; KCONFIG_CONFIG=/some/file keeps the settings elsewhere',
  EISDIR: 'a folder is in its place: move it away, or name a file with KCONFIG_CONFIG=/some/file',
  ENOTDIR: 'something on the way there is a file where a folder is needed',
  EBUSY: 'if it is mounted there by itself, KCONFIG_OVERWRITECONFIG=1 writes into it instead of replacing it',
};

/** What a text file holds. */
export interface SettingsText {
  readonly text: string;
  /** The first line that is not UTF-8; its characters that could not be read are U+FFFD. */
  readonly brokenLine: number | undefined;
}

/**
 * Reads a file of settings.
 * @returns undefined when there is none
 * @throws SettingsFileError
 */
export async function readSettingsText(path: string): Promise<SettingsText | undefined> {
  const bytes = await reporting(`cannot read ${path}`, async () => {
    try {
      return await readFile(path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  });
  return bytes === undefined ? undefined : decode(bytes);
}

function decode(bytes: Buffer): SettingsText {
  try {
    return {
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
      brokenLine: undefined,
    };
  } catch {
    const text = bytes.toString('utf8');
    return { text, brokenLine: text.slice(0, text.indexOf('\uFFFD')).split('\n').length };
  }
}

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
    const target = await linkTarget(path);
    const before = await bytesIfThere(target);
    checkExpected(path, before, options.expected);
    if (before?.equals(Buffer.from(text)) === true) return false;
    await ensureFolder(dirname(target));
    if (before !== undefined && options.keepOld === true) {
      await reporting(`cannot keep the settings there are as ${path}.old`, () =>
        copyAtomic(target, `${path}.old`),
      );
    }
    if (options.inPlace === true) await writeFile(target, text, { flush: true });
    else await writeFileAtomic(target, text);
    return true;
  });
}

function checkExpected(path: string, before: Buffer | undefined, expected: SaveOptions['expected']): void {
  if (expected === undefined || before?.toString('utf8') === expected.text) return;
  throw new SettingsChanged(`${path} was changed by somebody else meanwhile; nothing was written`, {
    hint: 'try again',
    retryable: true,
  });
}

/** Turns the errors of the system, and those of writing files, into ours. */
async function reporting<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SettingsFileError) throw error;
    const system = error instanceof MirrorError ? (error.cause ?? error) : error;
    const hint = HINTS[errorCode(system) ?? ''];
    const why = system instanceof Error ? system.message : String(system);
    throw new SettingsFileError(`${doing}: ${why}`, {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
