/** The name of a volume of a bundle, counted from 0. */
export function volumeName(name: string, number: number): string {
  return `${name}.${String(number).padStart(3, '0')}`;
}

/** The bundles among names of files: each with its further volumes, which may lie somewhere else. */
export function groupVolumes(
  paths: readonly string[],
): readonly { readonly first: string; readonly others: readonly string[] }[] {
  const firsts = new Map<string, string[]>();
  for (const path of paths) if (path.endsWith('.000')) firsts.set(bareName(path), []);
  return paths.flatMap((path) => {
    const bare = bareName(path);
    const others = firsts.get(bare);
    if (others === undefined || !/\.\d{3,}$/.test(path)) return [{ first: path, others: [] }];
    if (path.endsWith('.000')) return [{ first: path, others }];
    others.push(path);
    return [];
  });
}

/** Without folder and number. */
function bareName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.\d{3,}$/, '');
}
