import fc from 'fast-check';
import type { Call, Condition, Logic, Piece, Relation, Text, ValueType, Wanted, Word } from './tree.js';

/** Texts that try quoting, escapes, comments and characters beyond ASCII. */
export const TEXTS = [
  '',
  'text',
  'two words',
  'y',
  'n',
  '10',
  '0x10',
  'quo"te',
  "it's",
  'back\\slash',
  '#no comment',
  'ü€',
  '$ 5',
  'a,b',
];
/** Whole numbers, some of them no value for an int. */
export const NUMBERS = [
  '0',
  '1',
  '2',
  '5',
  '7',
  '10',
  '42',
  '100',
  '-1',
  '-20',
  '007',
  '2147483648',
  '0x1f',
  'five',
];
/** Hexadecimal numbers, with and without their prefix. */
export const HEX_NUMBERS = [
  '0x0',
  '0x1',
  '0x5',
  '0x1f',
  '0xFF',
  '0Xab',
  '1f',
  '10',
  'A0',
  '0x100000000',
  '-1',
  'xyz',
];

const LETTERS = ['y', 'm', 'n'] as const;
const RELATIONS: readonly Relation[] = ['=', '!=', '<', '<=', '>', '>='];

/** How far back a reference goes: mostly to what is near, so that symbols hang together. */
const back = fc.oneof({ weight: 3, arbitrary: fc.nat(2) }, { weight: 2, arbitrary: fc.nat(30) });

function symbol(wanted: Wanted): fc.Arbitrary<Word> {
  return fc.record({ kind: fc.constant('symbol' as const), back, wanted: fc.constant(wanted) });
}

function constant(texts: readonly string[], quotes: readonly ('"' | "'" | '')[]): fc.Arbitrary<Word> {
  return fc.record({
    kind: fc.constant('constant' as const),
    text: fc.constantFrom(...texts),
    quote: fc.constantFrom(...quotes),
  });
}

const missing: fc.Arbitrary<Word> = fc.record({ kind: fc.constant('missing' as const), at: fc.nat(2) });
const ahead: fc.Arbitrary<Word> = fc.record({ kind: fc.constant('ahead' as const), steps: fc.nat(3) });
const variable: fc.Arbitrary<Word> = fc.record({
  kind: fc.constant('variable' as const),
  back: fc.nat(4),
  quoted: fc.boolean(),
});

const plainPiece: fc.Arbitrary<Piece> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('text' as const),
      text: fc.constantFrom('y', 'n', 'm', '5', '12', '0x2', 'some text', 'tab\there', ' ', '(nested)'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('variable' as const), back: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('environment' as const), at: fc.nat(3) }) },
);

/** A use of a macro function; `shell` starts a process, so there are few. */
export const call: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('user' as const),
      back: fc.nat(3),
      parameters: fc.array(fc.array(plainPiece, { maxLength: 2 }), { maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('shell' as const),
      command: fc.constantFrom(
        'echo y',
        'echo "  two   words  "',
        'printf "a\\\\nb\\\\n\\\\n"',
        'true',
        'exit 3',
        'echo $((3 + 4))',
        'printf "%s|" a b',
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('place' as const),
      name: fc.constantFrom('filename' as const, 'lineno' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('info' as const),
      text: fc.array(plainPiece, { minLength: 1, maxLength: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('warning' as const),
      when: fc.constantFrom('y' as const, 'n' as const),
      text: fc.constantFrom('be careful', 'a second thought'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('error' as const),
      when: fc.oneof({ weight: 9, arbitrary: fc.constant('n' as const) }, fc.constant('y' as const)),
      text: fc.constantFrom('this cannot be'),
    }),
  },
);

/** A part of a macro's value; only a function's has arguments. */
export function piece(ofFunction: boolean): fc.Arbitrary<Piece> {
  const more: fc.Arbitrary<Piece> = fc.oneof(
    fc.record({ kind: fc.constant('call' as const), call }),
    fc.record({ kind: fc.constant('symbolName' as const), back }),
  );
  const argument: fc.Arbitrary<Piece> = fc.record({ kind: fc.constant('argument' as const), at: fc.nat(3) });
  return fc.oneof(
    { weight: 4, arbitrary: plainPiece },
    { weight: 1, arbitrary: more },
    { weight: ofFunction ? 5 : 0, arbitrary: argument },
  );
}

const logicWord: fc.Arbitrary<Word> = fc.oneof(
  { weight: 40, arbitrary: symbol('logic') },
  { weight: 3, arbitrary: symbol('any') },
  { weight: 6, arbitrary: constant(LETTERS, ['', '"']) },
  { weight: 1, arbitrary: constant(TEXTS, ['"', "'"]) },
  { weight: 2, arbitrary: missing },
  { weight: 1, arbitrary: variable },
  { weight: 1, arbitrary: ahead },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('call' as const), call }) },
);

const comparisons: fc.Arbitrary<Logic> = fc
  .constantFrom<{ wanted: Wanted; texts: readonly string[]; quotes: readonly ('"' | "'" | '')[] }>(
    { wanted: 'logic', texts: LETTERS, quotes: ['', '"', "'"] },
    { wanted: 'number', texts: NUMBERS, quotes: ['', '"'] },
    { wanted: 'number', texts: HEX_NUMBERS, quotes: ['', '"'] },
    { wanted: 'string', texts: TEXTS, quotes: ['"', "'"] },
    { wanted: 'any', texts: TEXTS, quotes: ['"'] },
  )
  .chain(({ wanted, texts, quotes }) => {
    const other = constant(texts, quotes);
    const side = fc.oneof(
      { weight: 6, arbitrary: symbol(wanted) },
      { weight: 5, arbitrary: other },
      { weight: 1, arbitrary: missing },
      { weight: 1, arbitrary: variable },
    );
    return fc.record({
      kind: fc.constant('comparison' as const),
      relation: fc.constantFrom(...RELATIONS),
      left: fc.oneof({ weight: 5, arbitrary: symbol(wanted) }, { weight: 1, arbitrary: side }),
      right: side,
    });
  });

/** An expression, seldom deep. */
export const logic: fc.Arbitrary<Logic> = fc.letrec<{ logic: Logic }>((tie) => ({
  logic: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('word' as const), word: logicWord }) },
    { weight: 3, arbitrary: comparisons },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('not' as const),
        operand: tie('logic'),
        grouped: fc.boolean(),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom('both' as const, 'either' as const),
        left: tie('logic'),
        right: tie('logic'),
        grouped: fc.boolean(),
        broken: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
      }),
    },
  ),
})).logic;

/** `if …`, or nothing, which is more frequent. */
export const condition: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: logic },
);

/** What a default of a symbol of this type may say, sometimes something that is no value for it. */
export function value(type: ValueType): fc.Arbitrary<Logic> {
  if (type === 'bool' || type === 'tristate') {
    const letter = constant(LETTERS, ['']);
    return fc.oneof(
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('word' as const), word: letter }) },
      { weight: 2, arbitrary: logic },
    );
  }
  const word = type === 'string' ? stringWord : numberWord(type);
  return fc.oneof(
    { weight: 30, arbitrary: fc.record({ kind: fc.constant('word' as const), word }) },
    { weight: 1, arbitrary: logic },
  );
}

const stringWord: fc.Arbitrary<Word> = fc.oneof(
  { weight: 6, arbitrary: constant(TEXTS, ['"', "'"]) },
  { weight: 2, arbitrary: symbol('string') },
  { weight: 1, arbitrary: symbol('any') },
  { weight: 1, arbitrary: missing },
  { weight: 2, arbitrary: variable },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('call' as const), call }) },
);

function numberWord(type: 'int' | 'hex'): fc.Arbitrary<Word> {
  const own = constant(type === 'int' ? NUMBERS.slice(0, 10) : HEX_NUMBERS.slice(0, 9), ['', '"']);
  return fc.oneof(
    { weight: 10, arbitrary: own },
    { weight: 3, arbitrary: symbol('number') },
    { weight: 1, arbitrary: constant(type === 'int' ? NUMBERS : HEX_NUMBERS, ['', '"']) },
    { weight: 1, arbitrary: variable },
  );
}

/** An end of a range. */
export function limit(type: ValueType): fc.Arbitrary<Word> {
  return numberWord(type === 'hex' ? 'hex' : 'int');
}

/** The text of a prompt, menu or comment. */
export const text: fc.Arbitrary<Text> = fc.record({
  text: fc.constantFrom(...TEXTS.slice(1), 'Prompt', 'Another prompt'),
  quote: fc.constantFrom('"' as const, '"' as const, "'" as const),
  variable: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, fc.nat(3)),
});
