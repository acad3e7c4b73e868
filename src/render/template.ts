import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { MirrorError } from '../errors.js';
import { programRoot } from '../host/program-root.js';

/** What a template is given: texts, numbers, yes or no, and lists and groups of these. */
export type TemplateValue = string | number | boolean | readonly TemplateValue[] | TemplateContext;
export interface TemplateContext {
  readonly [name: string]: TemplateValue;
}

/** A template is missing, or asks for a value that it was not given. */
export class TemplateError extends MirrorError {
  readonly code = 'TEMPLATE_FAILED';
}

/**
 * Fills a template: one of those under `templates/`, or with `units/` before its name one of those there. Every text of the context is escaped by `quote` for the target's format before the
 * template sees it, so that no template can forget to.
 * @throws TemplateError
 */
export function renderTemplate(
  name: string,
  context: TemplateContext,
  quote: (text: string) => string,
): string {
  try {
    const path = name.startsWith('units/') ? name : join('templates', name);
    const source = readFileSync(join(programRoot(), path), 'utf8');
    const template = Handlebars.compile(source, { noEscape: true, strict: true });
    return template(quoteAll(context, quote));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new TemplateError(`cannot fill the template ${name}: ${text}`, { cause: error });
  }
}

function quoteAll(value: TemplateValue, quote: (text: string) => string): TemplateValue {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return value.map((item: TemplateValue) => quoteAll(item, quote));
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, quoteAll(item, quote)]));
}
