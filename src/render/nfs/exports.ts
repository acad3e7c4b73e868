import { createHash } from 'node:crypto';
import { MirrorError } from '../../errors.js';
import { renderTemplate } from '../template.js';

/** A folder cannot be shared as the settings would have it. */
export class ExportError extends MirrorError {
  readonly code = 'EXPORT_INVALID';
}

/** One folder, and who may mount it. */
export interface Share {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** As in exports(5); at least one. */
  readonly clients: readonly string[];
  readonly readOnly: boolean;
  /** Whether the file system has no identity of its own that the server could hand out. */
  readonly needsFsid: boolean;
}

/**
 * The text of a file under /etc/exports.d. Every text in it is escaped, so that no setting can become an option or another line.
 * @throws ExportError without clients: such a line would share the folder with the whole world
 */
export function exportsText({ path, clients, readOnly, needsFsid }: Share): string {
  if (clients.length === 0) throw new ExportError('nobody is named who may mount the folder');
  const context = { path, clients, readOnly, hasFsid: needsFsid, fsid: fsidOf(path) };
  return renderTemplate('exports.hbs', context, exportsWord);
}

/** As it is in a word of exports(5); everything else is written as octal numbers of its bytes. */
const PLAIN = /^[A-Za-z0-9/._:@*?[\]-]$/;

/**
 * A text as one word of exports(5). The reader of the NFS utilities turns `\040` back into a space, and so on, after it has split the line
 * into words.
 */
export function exportsWord(text: string): string {
  return [...text].map((character) => (PLAIN.test(character) ? character : octal(character))).join('');
}

function octal(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

/** An identity that stays the same for a path: a UUID of version 8 (RFC 9562), whose bits are the sender's own. */
export function fsidOf(path: string): string {
  const hex = createHash('sha256').update(`docker-mirror ${path}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A line of another exports file that is about the same folder. */
export interface OtherExport {
  readonly file: string;
  readonly line: number;
  readonly path: string;
}

/**
 * The lines of an exports file that share a folder, or one above it, already. The server takes all lines together; who may do what then
 * depends on which line fits a client best.
 */
export function otherExports(file: string, text: string, path: string): OtherExport[] {
  const found: OtherExport[] = [];
  let line = 0;
  // A backslash at the end of a line joins it with the next.
  for (const whole of text.split(/(?<!\\)\n/)) {
    const start = line + 1;
    line += whole.split('\n').length;
    const other = firstWord(whole.replace(/\\\n/g, ' '));
    if (other === undefined || !other.startsWith('/')) continue;
    if (path === other || path.startsWith(other.endsWith('/') ? other : `${other}/`)) {
      found.push({ file, line: start, path: other });
    }
  }
  return found;
}

/** The folder of a line, with its quotes and octal numbers resolved; undefined for an empty line or a comment. */
function firstWord(line: string): string | undefined {
  const trimmed = line.trimStart();
  if (trimmed === '' || trimmed.startsWith('#')) return undefined;
  const [word = ''] = /^(?:"[^"]*"|[^\s"])*/.exec(trimmed) ?? [];
  return withoutOctal(word.replaceAll('"', ''));
}

/** A text with its octal numbers resolved, as exportfs(8) prints paths too. */
export function withoutOctal(text: string): string {
  const bytes: number[] = [];
  const plain = Buffer.from(text);
  for (let at = 0; at < plain.length; at += 1) {
    const escaped = /^\\([0-3][0-7]{2})/.exec(plain.toString('latin1', at, at + 4));
    bytes.push(escaped === null ? (plain[at] ?? 0) : Number.parseInt(escaped[1] ?? '', 8));
    if (escaped !== null) at += 3;
  }
  return Buffer.from(bytes).toString();
}
