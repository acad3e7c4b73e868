/**
 * The variables of a `.env` file as Compose reads it (its reference, "Env file syntax"): values may be in quotes, single ones
 * are taken as they are, and ` #` begins a comment behind what is in none.
 */
export function parseEnvFile(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*[=:][ \t]*(.*)$/.exec(line);
    if (match !== null) values.set(match[1] ?? '', unquoted(match[2] ?? ''));
  }
  return values;
}

function unquoted(written: string): string {
  const quoted = /^(["'])(.*?)\1/.exec(written);
  if (quoted === null) return written.replace(/(?:^|\s)#.*$/, '').trim();
  const inner = quoted[2] ?? '';
  // Taken as it is, so its `$` is made one that stands for itself.
  return quoted[1] === "'" ? inner.replaceAll('$', '$$$$') : inner;
}
