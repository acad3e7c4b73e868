import { combine, type Part, splitAt } from '../text/choices.js';
import { actionsIn } from '../text/mask-templates.js';
import { Resolver } from '../text/resolver.js';
import type { Substitution, Value } from '../text/substitution.js';
import type { Scope } from './ansible-scope.js';

const PATH = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*|\[\s*(?:'[^']*'|"[^"]*")\s*\])*$/;
const TEXT = /^(?:'([^'\\]*)'|"([^"\\]*)")$/;

/**
 * What a text with simple Jinja expressions comes to: variables, what is inside them, texts, and the filters `default`, `d`, `string`, `trim`
 * and `mandatory` (Ansible, "Using filters to manipulate data"). Several texts, where a variable has several values.
 */
export function evaluateText(text: string, scope: Scope): Substitution[] {
  const variables: Resolver<Values> = new Resolver(
    (term) => variableValues(term, scope, variables),
    (why) => ({ missing: `the variable ${why}` }),
  );
  return evaluateAll(text, variables);
}

type Values = readonly Value[] | { readonly missing: string };

function evaluateAll(text: string, variables: Resolver<Values>): Substitution[] {
  const ranges = [...actionsIn(text, 'jinja')];
  if (ranges.length === 0) return [{ text, from: [], missing: undefined }];
  return combine(splitAt(text, ranges, (expression) => evaluateExpression(expression, variables)));
}

function evaluateExpression(expression: string, variables: Resolver<Values>): Part {
  if (!expression.startsWith('{{')) return { missing: `the statement ${expression} is not worked out` };
  const [term = '', ...filters] = expression
    .slice(2, -2)
    .replace(/^-|-$/g, '')
    .split('|')
    .map((part) => part.trim());
  let values = termValues(term, variables);
  for (const filter of filters) {
    const match = /^(default|d)\s*\(\s*(.*?)\s*(?:,\s*[Tt]rue\s*)?\)$/s.exec(filter);
    if (match !== null) {
      const empty =
        !('missing' in values) && values.every(({ text }) => text === '') && /,\s*[Tt]rue\s*\)$/.test(filter);
      if ('missing' in values || empty) values = termValues(match[2] ?? '', variables);
    } else if (!/^(?:string|trim|mandatory)(?:\(\s*\))?$/.test(filter)) {
      return { missing: `the filter ${filter} is not worked out` };
    }
  }
  return values;
}

function termValues(term: string, variables: Resolver<Values>): Values {
  const text = TEXT.exec(term);
  if (text !== null) return [{ text: text[1] ?? text[2] ?? '', from: '' }];
  if (/^\d+(?:\.\d+)*$/.test(term)) return [{ text: term, from: '' }];
  return PATH.test(term) ? variables.get(term) : { missing: `the expression ${term} is not worked out` };
}

function variableValues(term: string, scope: Scope, variables: Resolver<Values>): Values {
  const path = term
    .split(/[.[\]]+/)
    .map((part) => part.replace(/^\s*['"]|['"]\s*$/g, ''))
    .filter((part) => part !== '');
  const found = scope.texts(path);
  if (found.length === 0) {
    return { missing: `the variable ${term}: it is not set in the defaults, vars or group_vars here` };
  }
  const values: Value[] = [];
  for (const value of found) {
    for (const result of evaluateAll(value.text, variables)) {
      if (result.missing !== undefined) return { missing: result.missing };
      const from = [value.from, ...result.from].filter((each) => each !== '').join('; ');
      if (!values.some((each) => each.text === result.text)) values.push({ text: result.text, from });
    }
  }
  return values;
}
