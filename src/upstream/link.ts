/**
 * The target of the link with relation `next` in a `Link` header (RFC 8288, formerly RFC 5988), which registries use for the
 * next page of a list.
 */
export function nextLink(header: string | readonly string[] | undefined): string | undefined {
  const text = typeof header === 'string' ? header : (header ?? []).join(', ');
  const links = /<([^>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s";,]*))?)*)/g;
  for (const [, target = '', parameters = ''] of text.matchAll(links)) {
    if (relations(parameters).includes('next')) return target;
  }
  return undefined;
}

/** The relation types of a link; only the first `rel` counts. */
function relations(parameters: string): string[] {
  const rel = /;\s*rel\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";,]*))/i.exec(parameters);
  return (rel?.[1] ?? rel?.[2] ?? '').toLowerCase().split(/\s+/);
}
