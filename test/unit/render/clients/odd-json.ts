import fc from 'fast-check';

/** A JSON text in any formatting, and the value it stands for. */
export interface OddJson {
  readonly text: string;
  readonly value: Record<string, unknown>;
}

const KEYS = ['debug', 'log-opts', 'data-root', 'ü"\\', '', '__proto__', 'a b', 'features', 'hosts', 'x'];

const space = fc.stringMatching(/^(?:[ \t]|\r?\n){0,4}$/);
/** Minus zero is left out: JSON.stringify writes it as 0. */
const plain = fc.jsonValue({ maxDepth: 3 }).map((value): unknown => JSON.parse(JSON.stringify(value)));

/** Objects as people and programs write them, some with lists under these keys. */
export function oddObject(lists: Readonly<Record<string, fc.Arbitrary<string>>>): fc.Arbitrary<OddJson> {
  const members = fc.uniqueArray(fc.constantFrom(...KEYS), { maxLength: 6 });
  const optional = Object.entries(lists).map(([key, item]) =>
    fc.option(
      fc.array(item, { maxLength: 3 }).map((items) => [key, items] as const),
      { nil: undefined },
    ),
  );
  return fc
    .tuple(
      members.chain((names) =>
        fc.tuple(...names.map((name) => plain.map((value) => [name, value] as const))),
      ),
      fc.tuple(...optional),
    )
    .chain(([some, more]) => fc.shuffledSubarray([...some, ...more.filter((each) => each !== undefined)]))
    .chain((entries) => {
      const value = Object.fromEntries(entries);
      return fc
        .tuple(fc.boolean(), fc.infiniteStream(space), fc.infiniteStream(fc.boolean()))
        .map(([bom, spaces, escapes]) => ({
          value,
          text: `${bom ? '\ufeff' : ''}${written(
            value,
            () => next(spaces),
            () => next(escapes),
          )}`,
        }));
    });
}

function next<T>(stream: Iterator<T, T>): T {
  return stream.next().value;
}

function written(value: unknown, space: () => string, escapes: () => boolean): string {
  const inner = (): string => {
    if (Array.isArray(value))
      return list(
        '[',
        ']',
        value.map((item) => written(item, space, escapes)),
        space,
      );
    if (typeof value === 'string') return quoted(value, escapes());
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const members = Object.entries(value).map(
      ([name, item]) => `${quoted(name, escapes())}${space()}:${written(item, space, escapes)}`,
    );
    return list('{', '}', members, space);
  };
  return `${space()}${inner()}${space()}`;
}

function list(open: string, close: string, items: readonly string[], space: () => string): string {
  return `${open}${space()}${items.join(`${space()},${space()}`)}${space()}${close}`;
}

/** A text, perhaps with its characters escaped where they need not be. */
function quoted(text: string, escaped: boolean): string {
  if (!escaped) return JSON.stringify(text);
  const units = text.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `"${units.join('')}"`;
}
