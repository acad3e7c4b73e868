import { combine, type Part, splitAt } from '../text/choices.js';
import { actionsIn } from '../text/mask-templates.js';
import type { Substitution, Value } from '../text/substitution.js';
import type { Scope } from './ansible-scope.js';

/** Variables within variables at most; deeper is a circle. */
const DEPTH = 10;

const PATH = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*|\[\s*(?:'[^']*'|"[^"]*")\s*\])*$/;
const TEXT = /^(?:'([^'\\]*)'|"([^"\\]*)")$/;

/**
 * What a text with simple Jinja expressions comes to: variables, what is inside them, texts, and the filters `default`, `d`, `string`, `trim`
 * and `mandatory` (Ansible, "Using filters to manipulate data"). Several texts, where a variable has several values.
 */
export function evaluateText(text: string, scope: Scope, depth = 0): Substitution[] {
  const ranges = [...actionsIn(text, 'jinja')];
  if (ranges.length === 0) return [{ text, from: [], missing: undefined }];
  return combine(splitAt(text, ranges, (expression) => evaluateExpression(expression, scope, depth)));
}

function evaluateExpression(expression: string, scope: Scope, depth: number): Part {
  if (!expression.startsWith('{{')) return { missing: `the statement ${expression} is not worked out` };
  const [term = '', ...filters] = expression
    .slice(2, -2)
    .replace(/^-|-$/g, '')
    .split('|')
    .map((part) => part.trim());
  let values = termValues(term, scope, depth);
  for (const filter of filters) {
    const match = /^(default|d)\s*\(\s*(.*?)\s*(?:,\s*[Tt]rue\s*)?\)$/s.exec(filter);
    if (match !== null) {
      const empty =
        !('missing' in values) && values.every(({ text }) => text === '') && /,\s*[Tt]rue\s*\)$/.test(filter);
      if ('missing' in values || empty) values = termValues(match[2] ?? '', scope, depth);
    } else if (!/^(?:string|trim|mandatory)(?:\(\s*\))?$/.test(filter)) {
      return { missing: `the filter ${filter} is not worked out` };
    }
  }
  return values;
}

type Values = readonly Value[] | { readonly missing: string };

function termValues(term: string, scope: Scope, depth: number): Values {
  const text = TEXT.exec(term);
  if (text !== null) return [{ text: text[1] ?? text[2] ?? '', from: '' }];
  if (/^\d+(?:\.\d+)*$/.test(term)) return [{ text: term, from: '' }];
  if (!PATH.test(term)) return { missing: `the expression ${term} is not worked out` };
  const path = term
    .split(/[.[\]]+/)
    .map((part) => part.replace(/^\s*['"]|['"]\s*$/g, ''))
    .filter((part) => part !== '');
  const found = scope.texts(path);
  if (found.length === 0) {
    return { missing: `the variable ${term}: it is not set in the defaults, vars or group_vars here` };
  }
  if (depth > DEPTH) return { missing: `the variable ${term} leads in a circle` };
  const values: Value[] = [];
  for (const value of found) {
    for (const result of evaluateText(value.text, scope, depth + 1)) {
      if (result.missing !== undefined) return { missing: result.missing };
      const from = [value.from, ...result.from].filter((each) => each !== '').join('; ');
      if (!values.some((each) => each.text === result.text)) values.push({ text: result.text, from });
    }
  }
  return values;
}
