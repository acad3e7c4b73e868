/**
 * A setting as a `.config` has it, without reading the Kconfig files: for commands that only have to know which mirror is meant. The last
 * line about it counts.
 * @param name with its prefix: `CONFIG_X`
 * @returns `y`, `n`, a number, or the text without its quotes; undefined when it is not there
 */
export function settingLine(text: string, name: string): string | undefined {
  let found: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line === `# ${name} is not set`) found = 'n';
    else if (line.startsWith(`${name}=`)) found = unquoted(line.slice(name.length + 1));
  }
  return found;
}

function unquoted(text: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  return quoted === undefined ? text : quoted.replace(/\\(.)/g, '$1');
}
