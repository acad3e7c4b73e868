import type { Configuration } from '../../kconfig/configuration.js';
import { describePosition } from '../../kconfig/errors.js';
import { type Explanation, explain, type Relation, type Term } from '../../kconfig/explain.js';
import type { MenuNode } from '../../kconfig/model.js';

const SOURCES = {
  user: 'it was set',
  default: 'its default',
  selected: 'selected by others',
  implied: 'implied by others',
  choice: 'what its choice came to',
  environment: 'the environment',
  none: 'nothing gives it another',
} as const;

/** The help of an entry, and everything there is to say about its symbol. Ends with a line end. */
export function helpText(configuration: Configuration, { symbol, help, prompt }: MenuNode): string {
  if (symbol === undefined) return `${prompt?.text ?? ''}\n\n${help ?? 'There is no help for it.'}\n`;
  return formatExplanation({ ...explain(configuration, symbol), help: help ?? undefined });
}

/** An explanation as people read it. Ends with a line end. */
export function formatExplanation(explanation: Explanation): string {
  const { name, prompt, help, type, value, source } = explanation;
  const title = name === '' ? (prompt ?? '') : prompt === undefined ? name : `${name}: ${prompt}`;
  const shown = type === 'string' ? JSON.stringify(value) : value;
  return [
    title,
    '',
    ...(help === undefined ? [] : [help.trimEnd(), '']),
    `Value: ${shown === '' ? '(none)' : shown} (${SOURCES[source]})`,
    ...unusedValue(explanation),
    `Type: ${type}`,
    ...boundsOf(explanation),
    ...conditionsOf(explanation),
    ...list('Selects', explanation.selects),
    ...list('Implies', explanation.implies),
    ...list('Selected by', explanation.selectedBy),
    ...list('Implied by', explanation.impliedBy),
    ...(explanation.menuPath.length === 0 ? [] : [`Menu: ${explanation.menuPath.join(' > ')}`]),
    ...explanation.positions.map((position) => `Defined at ${describePosition(position)}`),
    '',
  ].join('\n');
}

/** What was set, and does not count. */
function unusedValue({ userValue, value, type }: Explanation): string[] {
  if (userValue === undefined || userValue === value) return [];
  return [`Set to ${type === 'string' ? JSON.stringify(userValue) : userValue}, which has no effect now`];
}

function boundsOf({ range, assignable, choice }: Explanation): string[] {
  return [
    ...(range === undefined ? [] : [`Range: ${range.low} to ${range.high}`]),
    ...(assignable.length === 0 ? [] : [`Can be: ${assignable.join(', ')}`]),
    ...(choice === undefined ? [] : [`One of: ${choice}`]),
  ];
}

function conditionsOf({ defaults, dependsOn, blockedBy }: Explanation): string[] {
  return [
    ...defaults.map(({ text, condition }) => `Default: ${text}${when(condition)}`),
    ...dependsOn.map(
      ({ annotated, value }) => `Depends on: ${annotated}${value === 'n' ? ' (does not hold)' : ''}`,
    ),
    ...(blockedBy === undefined ? [] : [`Is not asked for: needs ${blockedBy}`]),
  ];
}

function when(condition: Term | undefined): string {
  return condition === undefined ? '' : ` if ${condition.annotated}`;
}

function list(title: string, relations: readonly Relation[]): string[] {
  return relations.map(
    ({ name, condition, value }) => `${title}: ${name}${when(condition)}${value === 'n' ? ' (not now)' : ''}`,
  );
}
