import fc from 'fast-check';
import { call, condition, logic, piece, text } from './expression-arbitrary.js';
import { again, config, defaults, depends, help, prompt, selection } from './line-arbitrary.js';
import type { Dialect, Entry, Line, Tree, ValueType } from './tree.js';

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
    const typed = one.map((each): Entry => ({ ...each, lines: withType(each.lines, each.type) }));
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
function withType(all: readonly Line[], type: ValueType): Line[] {
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
