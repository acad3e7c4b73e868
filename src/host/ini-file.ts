import { parse } from 'ini';
import { readTextIfThere } from './files.js';

/** A file of `KEY=value` lines, perhaps in sections. */
export interface IniFile {
  /** What stands before the first section. */
  readonly values: Readonly<Record<string, string>>;
  section(name: string): Readonly<Record<string, string>>;
}

/**
 * Reads a file such as os-release(5) or nfs.conf(5); one that is not there is empty. The one place that knows the package ini, which is right
 * for such files and wrong for units of systemd, where keys repeat and quotes mean something else.
 * @throws FileError
 */
export async function readIniFile(path: string): Promise<IniFile> {
  return parseIni((await readTextIfThere(path)) ?? '');
}

/** The same for a text. */
export function parseIni(text: string): IniFile {
  const parsed: unknown = parse(text);
  return {
    values: textsOf(parsed),
    section: (name) => textsOf(Object.entries(asRecord(parsed)).find(([key]) => key === name)?.[1]),
  };
}

function textsOf(group: unknown): Record<string, string> {
  // `ini` reads true, false and null as what they are in JavaScript.
  const plain = Object.entries(asRecord(group)).filter(
    ([, value]) => typeof value !== 'object' || value === null,
  );
  return Object.fromEntries(plain.map(([key, value]) => [key, String(value)]));
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
