import { Collector } from '../collector.js';
import type { FileFindings, Format } from '../findings.js';
import { hasVersion, isReference } from '../text/is-reference.js';

/** Symbols that by their name hold an image, or several between blanks. */
const SYMBOL = /(?:^|_)IMAGES?(?:_(?:NAME|STRING|REF|URL))?$/;

/** With one of these in its name, a symbol's image is one of containers even without a tag or a registry. */
const CONTAINERS = /(?:^|_)(?:DOCKER|CONTAINER|PODMAN|OCI|REGISTRY)(?:_|$)/;

/** Kconfig files: the defaults of symbols for images (Linux, "Kconfig Language"). */
export const kconfig: Format = {
  name: 'kconfig',
  scan({ text }) {
    const found = new Collector(text);
    let symbol = '';
    let helpColumn: number | undefined;
    for (const { content, offset } of lines(text)) {
      const column = content.search(/\S/);
      if (column < 0) continue;
      // A help text goes on while lines are indented as its first one.
      if (helpColumn !== undefined) {
        if (helpColumn === 0) helpColumn = Math.max(1, column);
        if (column >= helpColumn) continue;
        helpColumn = undefined;
      }
      const words = /^\s*(\S+)(?:\s+(\S+))?/.exec(content);
      const [, word = '', next = ''] = words ?? [];
      if (word === 'config' || word === 'menuconfig') symbol = next;
      else if (/^(?:---)?help(?:---)?$/.test(word)) helpColumn = 0;
      else if (word === 'default' || word === 'def_string') {
        const value = /^\s*\S+\s+(["'])((?:\\.|(?!\1)[^\\])*)\1/.exec(content);
        if (value !== null)
          take(found, symbol, value[2] ?? '', offset + content.indexOf(value[1] ?? '"') + 1, 'default');
      }
    }
    return found.result();
  },
};

/** `.config` files and sets of settings. */
export const dotConfig: Format = {
  name: 'kconfig-values',
  scan({ text }): FileFindings {
    const found = new Collector(text);
    for (const { content, offset } of lines(text)) {
      const match = /^([A-Z0-9_]+)="((?:\\.|[^"\\])*)"\s*$/.exec(content);
      if (match !== null)
        take(found, match[1] ?? '', match[2] ?? '', offset + content.indexOf('"') + 1, 'value');
    }
    return found.result();
  },
};

function take(found: Collector, symbol: string, value: string, offset: number, what: string): void {
  if (!SYMBOL.test(symbol)) return;
  if (value.includes('$(')) {
    found.unresolved(value, offset, `the ${what} of ${symbol} is worked out when the configuration is made`);
    return;
  }
  for (const match of value.matchAll(/\S+/g)) {
    if (isImage(symbol, match[0])) found.image(match[0], offset + match.index, `${what} of ${symbol}`);
  }
}

/** Symbols of kernels and of boards hold files by such names too: an image says its tag or its registry. */
function isImage(symbol: string, text: string): boolean {
  if (!isReference(text)) return false;
  const isHosted = /^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+|localhost)(?::\d+)?\/./.test(text);
  return CONTAINERS.test(symbol) || hasVersion(text) || isHosted;
}

function* lines(text: string): Generator<{ readonly content: string; readonly offset: number }> {
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    yield { content: text.slice(at, end), offset: at };
    at = end + 1;
  }
}
