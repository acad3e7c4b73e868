import { Collector } from '../collector.js';
import type { FileFindings, Format, ScanInput } from '../findings.js';
import { shellWords } from '../text/shell-words.js';
import { type Lookup, substitute } from '../text/substitution.js';
import { imageOfCommand } from './run-command.js';

/** Sections of Quadlet's files whose `Image=` is an image (podman-systemd.unit(5)). */
const IMAGE_SECTIONS: ReadonlySet<string> = new Set(['Container', 'Image', 'Volume']);

/** Units of systemd that run containers, and Quadlet's files. */
export const systemd: Format = { name: 'systemd', scan };

/** A setting of a unit, its continued lines put together as they are. */
interface Setting {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  /** Where the value begins. */
  readonly offset: number;
}

function scan({ text }: ScanInput): FileFindings {
  const found = new Collector(text);
  const settings = [...settingsOf(text)];
  const lookup = environmentOf(settings);
  for (const { section, key, value, offset } of settings) {
    if (key === 'Image' && IMAGE_SECTIONS.has(section)) {
      // Another file of Quadlet's, which is looked into by itself.
      if (!/\.(?:image|build)$/.test(value))
        take(found, value, offset, `Image= of [${section}]`, () => 'units have no variables here');
    } else if (/^Exec[A-Z]/.test(key) && section === 'Service') {
      const image = imageOfCommand(shellWords(value, offset));
      if (image !== undefined) take(found, image.text, image.offset, `${key}=`, lookup);
    }
  }
  return found.result();
}

function take(found: Collector, written: string, offset: number, how: string, lookup: Lookup): void {
  const specifier = /(?:^|[^%])%[a-zA-Z]/.test(written.replaceAll('%%', ''));
  if (specifier) found.unresolved(written, offset, 'systemd fills in its specifiers (%) when it runs');
  else found.substituted(written, substitute(written.replaceAll('%%', '%'), lookup, '$'), offset, how);
}

/** `Environment=` of the same unit. */
function environmentOf(settings: readonly Setting[]): Lookup {
  const values = new Map<string, string>();
  for (const { key, value, offset } of settings) {
    if (key !== 'Environment') continue;
    for (const { text } of shellWords(value, offset)) {
      const equals = text.indexOf('=');
      if (equals > 0) values.set(text.slice(0, equals), text.slice(equals + 1));
    }
  }
  const hasFile = settings.some(({ key }) => key === 'EnvironmentFile');
  return (name) => {
    const text = values.get(name);
    if (text !== undefined) return { text, from: 'Environment=' };
    return hasFile ? 'it may be set in the EnvironmentFile= of the host' : 'the unit does not set it';
  };
}

/** A comment between continued lines. */
const COMMENT_LINE = /\n[ \t]*[#;][^\n]*/g;

/** The settings of a unit (systemd.syntax(7)): a backslash at the end continues a line, comments in between do not end it. */
function* settingsOf(text: string): Generator<Setting> {
  let section = '';
  for (let at = 0; at < text.length; ) {
    const end = settingEnd(text, at);
    const content = text.slice(at, end);
    const heading = /^\s*\[([^\]\n]*)\]\s*$/.exec(content);
    const setting = /^[ \t]*([A-Za-z0-9-]+)[ \t]*=[ \t]*/.exec(content);
    if (heading !== null) section = heading[1] ?? '';
    else if (setting !== null) {
      const offset = at + setting[0].length;
      const value = text
        .slice(offset, end)
        .replace(COMMENT_LINE, (line) => `\n${' '.repeat(line.length - 1)}`);
      yield { section, key: setting[1] ?? '', value: value.trimEnd(), offset };
    }
    at = end + 1;
  }
}

/** The end of the last line that belongs together with the one that begins here. */
function settingEnd(text: string, start: number): number {
  let isFirst = true;
  for (let at = start; ; isFirst = false) {
    const newline = text.indexOf('\n', at);
    if (newline < 0) return text.length;
    const line = text.slice(at, newline);
    const isComment = /^[ \t]*[#;]/.test(line);
    if (isComment ? isFirst : !/\\\r?$/.test(line)) return newline;
    at = newline + 1;
  }
}
