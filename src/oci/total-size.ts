/** Bytes of several contents together. */
export function totalSize(contents: readonly { readonly size: number }[]): number {
  return contents.reduce((sum, { size }) => sum + size, 0);
}
