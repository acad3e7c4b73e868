/** The stages that a Dockerfile has so far. */
export interface Stages {
  /** In lower case: names of stages know no case. */
  readonly names: ReadonlySet<string>;
}

/** Whether a name is that of a stage. One with a variable in it is when there are stages that it can become. */
export function isStage(name: string, names: ReadonlySet<string>): boolean {
  const wanted = name.toLowerCase();
  if (names.has(wanted)) return true;
  const variable = /\$(?:\{[^{}]*\}|[a-z_][a-z0-9_]*)/g;
  const fixed = wanted.split(variable);
  if (fixed.length !== 2 || wanted.includes(':')) return false;
  const [before = '', after = ''] = fixed;
  return (
    `${before}${after}` !== '' &&
    [...names].some(
      (each) => each.length > before.length + after.length && each.startsWith(before) && each.endsWith(after),
    )
  );
}
