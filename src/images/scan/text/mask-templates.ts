/** What stands for a character of an action: one that YAML lets be in plain texts and that nobody writes. */
const MASK = '\uE000';

/** The brackets of Go templates (Helm), and those of Jinja, which has statements and comments besides. */
const BRACKETS = {
  go: { open: /\{\{-?[ \t]*\/\*|\{\{/g, close: { '/*': '*/', '{{': '}}' } },
  jinja: { open: /\{[{%#]/g, close: { '{{': '}}', '{%': '%}', '{#': '#}' } },
} as const;

/** A YAML text whose template actions were taken out. */
export interface Masked {
  /** As long as the original, so that every offset means the same in both. */
  readonly text: string;
  /** Whether there was any action. */
  readonly isTemplate: boolean;
}

/**
 * Makes a template that YAML parsers can read: an action alone on its lines becomes spaces, one inside a value becomes as many
 * characters that are no syntax. Both branches of a condition stay, which gives a key twice.
 */
export function maskTemplates(text: string, kind: 'go' | 'jinja'): Masked {
  let masked = '';
  let done = 0;
  for (const { start, end } of actionsIn(text, kind)) {
    masked += text.slice(done, start) + text.slice(start, end).replace(/[^\r\n]/g, MASK);
    done = end;
  }
  if (done === 0) return { text, isTemplate: false };
  const lines = (masked + text.slice(done)).split('\n');
  return {
    text: lines.map((line) => (isAlone(line) ? line.replaceAll(MASK, ' ') : line)).join('\n'),
    isTemplate: true,
  };
}

/** Where the actions of a template are; one that is not closed is none. */
export function* actionsIn(text: string, kind: 'go' | 'jinja'): Generator<{ start: number; end: number }> {
  const { open, close } = BRACKETS[kind];
  const closed: Readonly<Record<string, string>> = close;
  // Its own, as the place of the next match is kept in it.
  const pattern = new RegExp(open);
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const last = closed[match[0].slice(-2)] ?? '}}';
    const inner = text.indexOf(last, pattern.lastIndex);
    const end = last === '*/' && inner >= 0 ? text.indexOf('}}', inner) : inner;
    if (end < 0) return;
    yield { start: match.index, end: end + 2 };
    pattern.lastIndex = end + 2;
  }
}

/** Nothing but actions. A `- ` before one makes it an item. */
function isAlone(line: string): boolean {
  return line.replaceAll(MASK, '').trim() === '';
}

/** Whether a text of the masked document holds an action. */
export function isMasked(text: string): boolean {
  return text.includes(MASK);
}
