import { readFile } from 'node:fs/promises';
import { errorCode, isMissing, MirrorError } from '../errors.js';

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
  EISDIR:
    'a folder is in its place: move it away, or name another file (for .config: with KCONFIG_CONFIG=/some/file)',
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

/**
 * Turns the errors of the system, and those of writing files, into ours.
 * @throws SettingsFileError
 */
export async function reporting<T>(doing: string, work: () => Promise<T>): Promise<T> {
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
