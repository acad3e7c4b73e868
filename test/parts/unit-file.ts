/** One line of a unit: `Section`, `Name`, value. */
export type UnitLine = readonly [section: string, name: string, value: string];

/**
 * Reads a unit as systemd does (systemd.syntax(7)): sections, `Name=value`, lines that go on after a backslash, comments.
 * @throws Error for a line that is none of these
 */
export function parseUnit(text: string): UnitLine[] {
  const lines: UnitLine[] = [];
  let section = '';
  for (const line of text.replace(/\\\n/g, ' ').split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '' || /^[#;]/.test(trimmed)) continue;
    const header = /^\[([^\]]+)\]$/.exec(trimmed)?.[1];
    const equals = trimmed.indexOf('=');
    if (header !== undefined) section = header;
    else if (equals > 0)
      lines.push([section, trimmed.slice(0, equals).trim(), trimmed.slice(equals + 1).trim()]);
    else throw new Error(`not a line of a unit: ${JSON.stringify(line)}`);
  }
  return lines;
}

/** Splits a value into words: blanks part them, double quotes hold them together, `%%` and in commands `$$` stand for one sign. */
export function unitWords(value: string, command = false): string[] {
  const words = [...value.matchAll(/"([^"\\]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  return words.map((word) => {
    const specifier = /%[^%]/.exec(word.replaceAll('%%', ''));
    if (specifier !== null) throw new Error(`a specifier in ${word}`);
    const variable = command && /\$[^$]/.test(word.replaceAll('$$', ''));
    if (variable) throw new Error(`a variable in ${word}`);
    const text = word.replaceAll('%%', '%');
    return command ? text.replaceAll('$$', '$') : text;
  });
}
