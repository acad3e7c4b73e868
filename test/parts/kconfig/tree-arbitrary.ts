import fc from 'fast-check';
import { call, condition, limit, logic, piece, text, value } from './expression-arbitrary.js';
import type { ConfigEntry, Entry, HelpLine, Line, Tree, ValueType } from './tree.js';

/** What is written: for Linux's programs only, or also what only Kconfiglib knows. */
export type Dialect = 'linux' | 'kconfiglib';

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

const help: fc.Arbitrary<Line> = fc.record({
  kind: fc.constant('help' as const),
  lines: fc.array(helpLine, { maxLength: 4 }),
});

const depends: fc.Arbitrary<Line> = fc.record({ kind: fc.constant('depends' as const), on: logic });

const selection: fc.Arbitrary<Line> = fc.record({
  kind: fc.constantFrom('select' as const, 'imply' as const),
  steps: fc.nat(6),
  condition,
});

const prompt: fc.Arbitrary<Line> = fc.record({ kind: fc.constant('prompt' as const), text, condition });

function defaults(type: ValueType): fc.Arbitrary<Line> {
  return fc.record({ kind: fc.constant('default' as const), value: value(type), condition });
}

function isLogic(type: ValueType): boolean {
  return type === 'bool' || type === 'tristate';
}

/** The lines of a definition but for its type, in any order. */
function lines(type: ValueType, dialect: Dialect): fc.Arbitrary<Line[]> {
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

function typeLine(type: ValueType, dialect: Dialect): fc.Arbitrary<Line> {
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
function config(types: readonly ValueType[], dialect: Dialect): fc.Arbitrary<ConfigEntry> {
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

function again(dialect: Dialect): fc.Arbitrary<Entry> {
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

const choiceLine: fc.Arbitrary<Line> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('choiceDefault' as const), at: fc.nat(5), condition }),
  },
  { weight: 2, arbitrary: depends },
  { weight: 1, arbitrary: help },
  { weight: 2, arbitrary: fc.constant<Line>({ kind: 'optional' }) },
);

function choice(dialect: Dialect): fc.Arbitrary<Entry> {
  const first: fc.Arbitrary<Line> = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('type' as const),
        type: fc.constantFrom<ValueType>('bool', 'bool', 'tristate'),
        prompt: text,
        condition,
      }),
    },
    { weight: 1, arbitrary: prompt },
  );
  const member = (types: readonly ValueType[]) =>
    fc.record({
      kind: fc.constant('config' as const),
      isMenuconfig: fc.constant(false),
      type: fc.constantFrom(...types),
      lines: fc
        .tuple(
          fc.record({ text, condition }),
          fc.array(
            fc.oneof(
              { weight: 4, arbitrary: depends },
              { weight: 3, arbitrary: selection },
              { weight: 1, arbitrary: help },
              { weight: 1, arbitrary: defaults('bool') },
            ),
            { maxLength: 2 },
          ),
        )
        .map(([{ text: ofPrompt, condition: when }, rest]): Line[] => [
          { kind: 'prompt', text: ofPrompt, condition: when },
          ...rest,
        ]),
    });
  const members = (type: ValueType) => {
    const one = member(type === 'tristate' ? ['tristate', 'tristate', 'bool'] : ['bool']);
    const typed = one.map((each): Entry => ({ ...each, lines: typed0(each.lines, each.type) }));
    return fc.array(
      fc.oneof(
        { weight: 8, arbitrary: typed },
        {
          weight: 1,
          arbitrary: fc.record({
            kind: fc.constant('if' as const),
            condition: logic,
            entries: fc.array(typed, { maxLength: 3 }),
          }),
        },
        {
          weight: 1,
          arbitrary: fc.record({
            kind: fc.constant('comment' as const),
            text,
            depends: fc.array(logic, { maxLength: 1 }),
          }),
        },
        {
          weight: 1,
          arbitrary: config(['bool', 'int', 'string'], dialect).map((each) => ({
            ...each,
            isMenuconfig: false,
          })),
        },
      ),
      { minLength: 1, maxLength: 5, size: 'medium' },
    );
  };
  return first.chain((line) =>
    fc.record({
      kind: fc.constant('choice' as const),
      isNamed: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
      lines: fc.array(choiceLine, { maxLength: 3 }).map((rest) => [line, ...rest]),
      entries: members(line.kind === 'type' ? line.type : 'bool'),
    }),
  );
}

/** The prompt goes onto the type's line. */
function typed0(all: readonly Line[], type: ValueType): Line[] {
  const [first, ...rest] = all;
  if (first?.kind !== 'prompt') return [...all];
  return [{ kind: 'type', type, prompt: first.text, condition: first.condition }, ...rest];
}

const macro: fc.Arbitrary<Entry> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('variable' as const),
      operator: fc.constantFrom(':=' as const, '=' as const, '+=' as const),
      pieces: fc.array(piece(false), { maxLength: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('function' as const),
      operator: fc.constantFrom('=' as const, '=' as const, ':=' as const),
      pieces: fc.array(piece(true), { maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('statement' as const), call }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('remark' as const),
      text: fc.constantFrom('', ' config S0', ' "unclosed', ' ends with \\'),
    }),
  },
);

const ALL_TYPES: readonly ValueType[] = [
  'bool',
  'bool',
  'bool',
  'tristate',
  'tristate',
  'int',
  'hex',
  'string',
];

function entries(dialect: Dialect): fc.Arbitrary<Entry[]> {
  const { block } = fc.letrec<{ block: Entry[]; entry: Entry }>((tie) => ({
    block: fc.array(tie('entry'), { maxLength: 6, size: 'medium', depthIdentifier: 'entries' }),
    entry: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'entries', depthSize: 'small' },
      { weight: 16, arbitrary: config(ALL_TYPES, dialect) },
      { weight: 2, arbitrary: again(dialect) },
      { weight: 3, arbitrary: choice(dialect) },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('comment' as const),
          text,
          depends: fc.array(logic, { maxLength: 2 }),
        }),
      },
      { weight: 4, arbitrary: macro },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constant('menu' as const),
          text,
          depends: fc.array(logic, { maxLength: 1 }),
          visible: fc.array(logic, { maxLength: 1 }),
          entries: tie('block'),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constant('if' as const), condition: logic, entries: tie('block') }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('source' as const),
          form:
            dialect === 'linux'
              ? fc.constant('source' as const)
              : fc.constantFrom(
                  'source' as const,
                  'rsource' as const,
                  'osource' as const,
                  'orsource' as const,
                ),
          parts: fc.array(tie('block'), {
            minLength: dialect === 'linux' ? 1 : 0,
            maxLength: dialect === 'linux' ? 1 : 3,
          }),
        }),
      },
    ),
  }));
  return block;
}

/** The symbol for modules depends on nothing, because `m` depends on it. */
const modules: fc.Arbitrary<readonly Line[]> = fc
  .tuple(
    fc.record({
      kind: fc.constant('type' as const),
      type: fc.constant('bool' as const),
      prompt: fc.option(text, { nil: undefined }),
      condition: fc.constant(undefined),
    }),
    fc.array(
      fc.oneof(
        fc.record({
          kind: fc.constant('default' as const),
          value: fc.record({
            kind: fc.constant('word' as const),
            word: fc.record({
              kind: fc.constant('constant' as const),
              text: fc.constantFrom('y', 'n'),
              quote: fc.constant('' as const),
            }),
          }),
          condition: fc.constant(undefined),
        }),
        help,
        selection.map((line) => ({ ...line, condition: undefined }) as Line),
      ),
      { maxLength: 2 },
    ),
  )
  .map(([first, rest]) => [first, ...rest]);

/** Any tree. Few of them are refused, and those that are say why. */
export function tree(dialect: Dialect): fc.Arbitrary<Tree> {
  const top = fc.array(
    fc.oneof({ weight: 9, arbitrary: config(ALL_TYPES, dialect) }, { weight: 1, arbitrary: macro }),
    {
      minLength: 1,
      maxLength: 3,
    },
  );
  return fc.record({
    looksAhead: fc.oneof({ weight: 19, arbitrary: fc.constant(false) }, fc.constant(true)),
    title: fc.option(text, { nil: undefined }),
    modules: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 3, arbitrary: modules }),
    entries: fc.tuple(top, entries(dialect), entries(dialect)).map((blocks) => blocks.flat()),
  });
}
