/** What a text turned out to be, or what would have been expected in its place. */
export type Parsed<T> = { readonly value: T } | { readonly expected: string };

/** A parser that takes only these words. */
export function oneOf<const T extends string>(...words: readonly T[]): (text: string) => Parsed<T> {
  return (text) => {
    const value = words.find((word) => word === text);
    return value === undefined ? { expected: `one of ${words.join(', ')}` } : { value };
  };
}
