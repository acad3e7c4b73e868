import fc from 'fast-check';
import { condition, limit, logic, text, value } from './expression-arbitrary.js';
import type { ConfigEntry, Dialect, Entry, HelpLine, Line, ValueType } from './tree.js';

/** A weight of 1 in about twenty. */
function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 19, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

const helpLine: fc.Arbitrary<HelpLine> = fc.record({
  text: fc.constantFrom(
    'Some help.',
    '',
    'default y',
    'config S0',
    '# a remark?',
    'endmenu',
    'With "quotes',
    "it's \\",
  ),
  indent: fc.nat(3),
});

/** A help text. */
export const help: fc.Arbitrary<Line> = fc.record({
  kind: fc.constant('help' as const),
  lines: fc.array(helpLine, { maxLength: 4 }),
});

/** `depends on` */
export const depends: fc.Arbitrary<Line> = fc.record({ kind: fc.constant('depends' as const), on: logic });

/** `select` or `imply` */
export const selection: fc.Arbitrary<Line> = fc.record({
  kind: fc.constantFrom('select' as const, 'imply' as const),
  steps: fc.nat(6),
  condition,
});

/** `prompt` */
export const prompt: fc.Arbitrary<Line> = fc.record({
  kind: fc.constant('prompt' as const),
  text,
  condition,
});

/** `default` of a symbol of this type. */
export function defaults(type: ValueType): fc.Arbitrary<Line> {
  return fc.record({ kind: fc.constant('default' as const), value: value(type), condition });
}

function isLogic(type: ValueType): boolean {
  return type === 'bool' || type === 'tristate';
}

/** The lines of a definition but for its type, in any order. */
export function lines(type: ValueType, dialect: Dialect): fc.Arbitrary<Line[]> {
  const range: fc.Arbitrary<Line> = fc.record({
    kind: fc.constant('range' as const),
    low: limit(type),
    high: limit(type),
    condition,
  });
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: defaults(type) },
      { weight: 4, arbitrary: depends },
      { weight: isLogic(type) ? 4 : 0, arbitrary: selection },
      { weight: isLogic(type) || type === 'string' ? 0 : 5, arbitrary: range },
      { weight: 1, arbitrary: prompt },
      { weight: 2, arbitrary: help },
      {
        weight: dialect === 'kconfiglib' && isLogic(type) ? 1 : 0,
        arbitrary: fc.constant<Line>({ kind: 'allnoconfigY' }),
      },
    ),
    { maxLength: 5, size: 'medium' },
  );
}

/** The line that gives the type: plain, with a prompt, or with a default. */
export function typeLine(type: ValueType, dialect: Dialect): fc.Arbitrary<Line> {
  const optionalText = fc.oneof(
    { weight: 4, arbitrary: text },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
  const plain: fc.Arbitrary<Line> = fc.record({
    kind: fc.constant('type' as const),
    type: fc.constant(type),
    prompt: optionalText,
    condition,
  });
  const definition: fc.Arbitrary<Line> = fc.record({
    kind: fc.constant('definition' as const),
    type: fc.constant(type),
    value: value(type),
    condition,
  });
  const hasDefinition = isLogic(type) || dialect === 'kconfiglib';
  return fc.oneof({ weight: 8, arbitrary: plain }, { weight: hasDefinition ? 1 : 0, arbitrary: definition });
}

function put<T>(list: readonly T[], at: number, item: T): T[] {
  const place = at % (list.length + 1);
  return [...list.slice(0, place), item, ...list.slice(place)];
}

/** A config of one of these types: its type line first as a rule. */
export function config(types: readonly ValueType[], dialect: Dialect): fc.Arbitrary<ConfigEntry> {
  const place = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(5) });
  const one = (type: ValueType) =>
    fc
      .tuple(typeLine(type, dialect), lines(type, dialect), place, fc.boolean())
      .map(([first, rest, at, isMenuconfig]) => ({
        kind: 'config' as const,
        type,
        isMenuconfig,
        lines: put(rest, at, first),
      }));
  return fc.oneof(...types.map(one));
}

/** Another definition of a symbol that there is. */
export function again(dialect: Dialect): fc.Arbitrary<Entry> {
  const types = fc.oneof(
    { weight: 8, arbitrary: fc.constant('bool' as const) },
    fc.constantFrom<ValueType>('int', 'string'),
  );
  return types.chain((type) =>
    fc.record({
      kind: fc.constant('again' as const),
      back: fc.nat(8),
      lines: fc
        .tuple(lines(type, dialect), seldom(typeLine(type, dialect)))
        .map(([rest, first]) => (first === undefined ? rest : [first, ...rest])),
    }),
  );
}
