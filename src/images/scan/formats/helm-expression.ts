import type { Part } from '../text/choices.js';
import type { YamlTree } from '../text/yaml-tree.js';
import type { ChartDefaults } from './helm-values.js';

/** Words of an action: texts in quotes, brackets, the bar between functions, and everything else. */
const WORD = /"(?:\\.|[^"\\])*"|`[^`]*`|[()|]|[^\s()|"`]+/g;

/** Brackets inside each other at most. */
const DEPTH = 20;

/** What a term came to: its text and where from, or why there is none. */
type Term = { readonly text: string; readonly from: string } | { readonly missing: string };

/**
 * What an action of a chart's template gives, as far as it is simple: `.Values` and `.Chart`, texts, `default`, `printf`, `quote`,
 * `trim`, `toString` (Helm, "Template Functions and Pipelines").
 */
export function evaluateAction(action: string, values: YamlTree | undefined, chart: ChartDefaults): Part {
  const inner = action.replace(/^\{\{-?|-?\}\}$/g, '');
  const words = inner.match(WORD) ?? [];
  const result = new Reader(words, values, chart).pipeline(0);
  return 'missing' in result ? result : [result];
}

class Reader {
  readonly #words: readonly string[];
  readonly #values: YamlTree | undefined;
  readonly #chart: ChartDefaults;
  #at = 0;

  constructor(words: readonly string[], values: YamlTree | undefined, chart: ChartDefaults) {
    this.#words = words;
    this.#values = values;
    this.#chart = chart;
  }

  /** Functions one after the other, up to the end or a closing bracket. */
  pipeline(depth: number): Term {
    if (depth > DEPTH) return { missing: 'its template is nested too deeply' };
    let result: Term | undefined;
    for (;;) {
      const operands: Term[] = [];
      const name = this.#isFunction() ? (this.#words[this.#at++] ?? '') : '';
      for (
        let word = this.#words[this.#at];
        word !== undefined && word !== '|' && word !== ')';
        word = this.#words[this.#at]
      ) {
        this.#at += 1;
        if (word === '(') {
          operands.push(this.pipeline(depth + 1));
          this.#at += 1;
        } else operands.push(this.#term(word));
      }
      if (result !== undefined) operands.push(result);
      result = apply(name, operands);
      if (this.#words[this.#at] !== '|') return result;
      this.#at += 1;
    }
  }

  #isFunction(): boolean {
    return /^[a-zA-Z]/.test(this.#words[this.#at] ?? '');
  }

  #term(word: string): Term {
    if (/^["`]/.test(word)) return { text: word.slice(1, -1).replace(/\\(.)/g, '$1'), from: '' };
    const path = word.replace(/^\$?\./, '').split('.');
    if (word === '.Chart.AppVersion' || word === '$.Chart.AppVersion') {
      const text = this.#chart.appVersion;
      return text === undefined
        ? { missing: 'Chart.yaml has no appVersion' }
        : { text, from: 'appVersion from Chart.yaml' };
    }
    if (!/^\$?\.Values\./.test(word)) return { missing: `${word} is only known to Helm` };
    const text = this.#values?.textAt(this.#values.root, ...path.slice(1))?.value;
    return text === undefined
      ? { missing: `the value ${path.slice(1).join('.')}: it is not in values.yaml` }
      : { text, from: `${path.slice(1).join('.')} from values.yaml` };
  }
}

function apply(name: string, operands: readonly Term[]): Term {
  const last = operands.at(-1);
  if (name === 'default') {
    const [instead] = operands;
    const isGiven = last !== undefined && !('missing' in last) && last.text !== '';
    return (isGiven || operands.length < 2 ? last : instead) ?? { missing: 'default has nothing to give' };
  }
  const missing = operands.find((each) => 'missing' in each);
  if (['include', 'template', 'tpl'].includes(name)) {
    const first = operands[0];
    const named = first !== undefined && 'text' in first ? ` ${first.text}` : '';
    return { missing: `${name === 'tpl' ? 'a template in values' : `the named template${named}`} gives it` };
  }
  if (missing !== undefined) return missing;
  if (last === undefined) return { missing: 'its template is empty' };
  if (['', 'quote', 'squote', 'toString', 'trim', 'required'].includes(name)) {
    return operands.length > 1 && name !== 'required' ? { missing: 'its template is not simple' } : last;
  }
  return name === 'printf' ? print(operands) : { missing: `the function ${name} is not worked out` };
}

function print(operands: readonly Term[]): Term {
  const given = operands.flatMap((each) => ('missing' in each ? [] : [each]));
  const [format, ...rest] = given;
  if (format === undefined) return { missing: 'printf has nothing to print' };
  let next = 0;
  const text = format.text.replace(/%[sv]/g, () => rest[next++]?.text ?? '');
  const from = rest.map((each) => each.from).filter((each) => each !== '');
  return { text, from: from.join('; ') };
}
